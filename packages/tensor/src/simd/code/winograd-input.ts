/** Winograd's transform of the input: tiles become columns of the products. */
import { times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, i32x4, select, v128, zero, type Code, type Operand } from "../instructions.ts";
import type { Filtering } from "./winograd-algebra.ts";
import { Lines } from "./winograd-lines.ts";
import { transposed } from "./transposition.ts";
import { groupSize, tileWordOf, wordOf } from "./winograd-words.ts";

// A window with less of a tile's energy than this has a sixteenth of what windows have on average.
const faintest = 1 / 64;

/**
 * `Bᵀ d B` for some channels of every group, as panels of 8 columns; with the first of all channels, `sizes` gets of
 * every group the norm of each tile, which windows hold next to nothing of it, and how many values make it up.
 */
export const transformInput = ({ inputs, outputs, input }: Filtering): Definition => (frame) => {
  const [job, groups, panels, target, sizes, first, channels] = frame.takes(7);
  const [index, channel, group, start, to, line, step, panelStep, row] = frame.several(9);
  const from = frame.several(4);
  const loaded = frame.several(4, type.v128);
  const transforms = new Lines(frame);
  const columns = frame.several(inputs, type.v128);
  const values = frame.several(inputs * inputs, type.v128);
  const [total, faint, magnitudes] = frame.several(3, type.v128);
  const word = wordOf(job);
  const tileWord = tileWordOf(group);
  const lines = Array.from({ length: inputs }, (_, i) => i);
  const across = lines.slice(0, outputs);
  const at = (row: number, column: number): Local<"v128"> => values[inputs * row + column]!;

  // Columns 0 to 3 are those of a vector; of six, the last two are the last of a vector two further on.
  const loadColumns: Code = [
    loaded.map((vector, tile) => vector.set(v128.load(from[tile]!))),
    transposed(loaded, columns.slice(0, 4), transforms.spare),
    inputs === 4 ? [] : [
      loaded.map((vector, tile) => vector.set(v128.load(from[tile]!, 8))),
      transposed(loaded, columns.slice(4), transforms.spare),
    ],
  ];
  // Group by group of the block, from this plane of the source.
  const eachGroup = (name: "x" | "energies", plane: Operand, body: Code): Code => [
    group.set(groups),
    times(index, i32.shl(panels, 1), [
      from.map((address, tile) => address.set(i32.add(plane, tileWord(tile, name)))),
      body,
      group.increase(groupSize),
    ]),
  ];

  // Channels outside, groups inside: what neighbouring tiles share is read while it is near.
  const tiles: Code = times(channel, channels, [
    start.set(i32.add(target, i32.shl(i32.add(first, channel), 5))),
    eachGroup("x", i32.add(word("x"), i32.mul(i32.add(first, channel), word("plane"))), [
      to.set(start),
      lines.map((row) => [
        loadColumns,
        transforms.apply(input, columns, (result, column) => at(row, column).set(result)),
        from.map((address) => address.increase(line)),
      ]),
      lines.map((column) => transforms.apply(input, lines.map((row) => at(row, column)), (result) => [
        v128.store(to, result),
        to.increase(step),
      ])),
      // The other half of the panel, then the next panel.
      start.increase(select(panelStep, 16, i32.and(index, 1))),
    ]),
  ]);
  // Rows are added up across as they come, and with the two before them: `values` keeps those.
  const sum = (...parts: readonly Local<"v128">[]): Code<"v128"> =>
    parts.map((part) => part.get).reduce((a, b) => f32x4.add(a, b));
  const windows = eachGroup("energies", word("energies"), [
    total.set(zero),
    times(row, inputs, [
      loadColumns,
      from.map((address) => address.increase(line)),
      total.set(sum(total, ...columns)),
      across.map((column) => columns[column]!.set(sum(...columns.slice(column, column + 3)))),
      when(i32.gt_u(row, 1), [
        across.map((column) => v128.store(sizes, sum(at(0, column), at(1, column), columns[column]!), 16 * column)),
        sizes.increase(16 * outputs),
      ]),
      across.map((column) => [at(0, column).set(at(1, column)), at(1, column).set(columns[column]!)]),
    ]),
    // What was written were the windows' energies; they make room for what is asked of them.
    sizes.increase(-16 * outputs ** 2),
    faint.set(zero),
    columns[0]!.set(f32x4.mul(total, f32x4.splat(f32.const(faintest)))),
    times(row, outputs ** 2, [
      faint.set(i32x4.sub(i32x4.add(faint, faint), f32x4.lt(v128.load(sizes), columns[0]!))),
      sizes.increase(16),
    ]),
    magnitudes.set(zero),
    from.map((address) => address.increase(i32.sub(word("plane"), i32.mul(line, inputs)))),
    times(row, inputs, [
      loadColumns,
      from.map((address) => address.increase(line)),
      magnitudes.set(sum(magnitudes, ...columns)),
    ]),
    to.set(i32.sub(sizes, 16 * outputs ** 2)),
    total.set(f32x4.sqrt(total)),
    magnitudes.set(f32x4.div(magnitudes, total)),
    v128.store(to, total),
    v128.store(to, faint, 16),
    v128.store(to, f32x4.mul(magnitudes, magnitudes), 32),
  ]);
  return [
    transforms.factors,
    line.set(word("line")),
    step.set(word("inputStep")),
    panelStep.set(i32.sub(i32.shl(word("channels"), 5), 16)),
    tiles,
    when(i32.eqz(first), windows),
  ];
};
