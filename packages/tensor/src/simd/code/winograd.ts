/**
 * Winograd's F(2×2, 3×3) (Lavin & Gray 2016): a 3×3 convolution in 16 products per 2×2 outputs instead of 36.
 *
 * Four tiles, side by side in a row, fill a vector and are a group; two groups fill a panel of the tile product. What
 * the transforms cannot promise is that a window of zeros sums to zero, since its tile may hold other values: such
 * outputs are found beforehand and cleared, so that exactly dead windows stay exactly dead.
 */
import { call, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, f64, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";

/** The words of a job; addresses and strides in bytes. */
export const winogradWords = [
  "x", "marks", "out", "bias", "weights", "groups", "panels", "panelsPerBlock", "rows", "rowsPerBlock", "rowBlocks",
  "channels",
  "plane", "line", "outStride", "outLine", "weightStep", "inputStep", "productStep", "floor",
] as const;

/** The words of a group: where its tiles are read, marked and written, and how much of them lies inside. */
export const groupWords = ["x", "marks", "out", "columns", "rows"] as const;

type Word = (typeof winogradWords)[number];
type GroupWord = (typeof groupWords)[number];

const groupSize = 4 * groupWords.length;
const wordOffset = (name: Word): number => 4 * winogradWords.indexOf(name);
const groupOffset = (name: GroupWord): number => 4 * groupWords.indexOf(name);

/** Channels that are summed on their own: long sums of positive terms in single precision lose digits. */
const depthPerBlock = 128;

/** Even and odd elements of 10 in a row: `even[i] = x[2i]`, `odd[i] = x[2i + 1]`, and the same from x[2] on. */
const evens = [0, 2, 4, 6] as const;
const odds = [1, 3, 5, 7] as const;
const nextEvens = [1, 2, 3, 4] as const;
const nextOdds = [1, 2, 3, 5] as const;

/** Columns 0 to 3 of four tiles from three vectors of a row: sets `columns`. */
function deinterleave(address: Operand, offset: number, rest: Local, columns: readonly Local[]): Code {
  const [d0, d1, d2, d3] = columns;
  return [
    d2.set(v128.load(address, offset)),
    d3.set(v128.load(address, offset + 16)),
    rest.set(v128.load(address, offset + 32)),
    d0.set(v128.shuffle(d2, d3, evens)),
    d1.set(v128.shuffle(d2, d3, odds)),
    d2.set(v128.shuffle(d0, rest, nextEvens)),
    d3.set(v128.shuffle(d1, rest, nextOdds)),
  ];
}

/** `Bᵀ d B` for every channel of every group, as panels of 8 columns; `alive` gets which windows are not zero. */
export const transformInput: Definition = (frame) => {
  const [job, groups, panels, target, alive] = frame.takes(5);
  const [panel, channel, group, from, to, line, step] = frame.several(7);
  const columns = frame.several(4, type.v128);
  const values = frame.several(16, type.v128);
  const rest = frame.local(type.v128);
  const word = (name: Word): Code => i32.load(job, wordOffset(name));
  const ofGroup = (name: GroupWord): Code => i32.load(group, groupOffset(name));

  const patch = (half: number): Code => [
    [0, 1, 2, 3].flatMap((row) => {
      const [d0, d1, d2, d3] = columns;
      return [
        deinterleave(from, 0, rest, columns),
        values[4 * row].set(f32x4.sub(d0, d2)),
        values[4 * row + 1].set(f32x4.add(d1, d2)),
        values[4 * row + 2].set(f32x4.sub(d2, d1)),
        values[4 * row + 3].set(f32x4.sub(d1, d3)),
        from.increase(line),
      ];
    }),
    [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3].flatMap((column) => {
      const at = (r: number): Local => values[4 * r + column];
      const result = [
        f32x4.sub(at(0), at(2)), f32x4.add(at(1), at(2)), f32x4.sub(at(2), at(1)), f32x4.sub(at(1), at(3)),
      ][row];
      return [v128.store(to, result, 16 * half), to.increase(step)];
    })),
  ];
  const oneHalf = (half: number): Code => [
    group.set(i32.add(groups, groupSize * half)),
    from.set(i32.add(word("x"), ofGroup("x"))),
    to.set(target),
    times(channel, word("channels"), [
      patch(half),
      from.set(i32.add(from, i32.sub(word("plane"), i32.shl(line, 2)))),
      to.set(i32.add(to, i32.sub(32, i32.shl(step, 4)))),
    ]),
  ];
  const windows = (half: number): Code => {
    const any = (first: number, columnsFrom: number): Code => {
      const bits = [0, 1, 2].flatMap((row) => [0, 1, 2].map((c) => values[4 * (first + row) + columnsFrom + c].get));
      return f32x4.ne(bits.reduce((a, b) => v128.or(a, b)), zero);
    };
    return [
      group.set(i32.add(groups, groupSize * half)),
      from.set(i32.add(word("marks"), ofGroup("marks"))),
      [0, 1, 2, 3].flatMap((row) => [
        deinterleave(from, 0, rest, values.slice(4 * row, 4 * row + 4)),
        from.increase(line),
      ]),
      [0, 1].flatMap((row) => [0, 1].flatMap((column) =>
        v128.store(alive, any(row, column), 64 * half + 16 * (2 * row + column)))),
    ];
  };
  return [
    line.set(word("line")),
    step.set(word("inputStep")),
    times(panel, panels, [
      oneHalf(0),
      oneHalf(1),
      windows(0),
      windows(1),
      groups.increase(2 * groupSize),
      alive.increase(128),
      target.increase(i32.shl(word("channels"), 5)),
    ]),
  ];
};

/** `Aᵀ m A` for every row of every group, with bias, not below the floor, written where it lies inside. */
export const transformOutput: Definition = (frame) => {
  const [job, groups, panels, products, alive, rowStart, rows] = frame.takes(7);
  const [row, index, group, from, at, to, step, left, mask] = frame.several(9);
  const values = frame.several(16, type.v128);
  const [added, lowest, first, second] = frame.several(4, type.v128);
  const word = (name: Word): Code => i32.load(job, wordOffset(name));
  const ofGroup = (name: GroupWord): Code => i32.load(group, groupOffset(name));
  const v = (i: number, j: number): Local => values[4 * i + j];
  const threeSum = (a: Local, b: Local, c: Local): Code => f32x4.add(f32x4.add(a, b), c);
  const threeDifference = (a: Local, b: Local, c: Local): Code => f32x4.sub(f32x4.sub(a, b), c);
  const finish = (value: Operand, place: number): Code =>
    f32x4.max(f32x4.add(v128.and(value, v128.load(mask, 16 * place)), added), lowest);
  const storeHalf = (value: Operand, lane: number): Code => [
    values[0].set(value),
    when(i32.gt_s(left, lane + 3),
      v128.store(to, values[0], 4 * lane),
      [0, 1, 2].flatMap((l) => when(i32.gt_s(left, lane + l),
        f32.store(to, f32x4.extract_lane(values[0], l), 4 * (lane + l))))),
  ];
  const line = (i: number): Code => [
    first.set(finish(threeSum(v(i, 0), v(i, 1), v(i, 2)), 2 * i)),
    second.set(finish(threeDifference(v(i, 1), v(i, 2), v(i, 3)), 2 * i + 1)),
  ];
  const storeLine: Code = [
    storeHalf(v128.shuffle(first, second, [0, 4, 1, 5]), 0),
    storeHalf(v128.shuffle(first, second, [2, 6, 3, 7]), 4),
  ];
  return [
    step.set(word("productStep")),
    lowest.set(v128.load32_splat(job, wordOffset("floor"))),
    times(row, rows, [
      added.set(zero),
      when(word("bias"), added.set(v128.load32_splat(
        i32.add(word("bias"), i32.shl(i32.add(rowStart, row), 2)),
      ))),
      from.set(i32.add(products, i32.add(
        i32.mul(i32.shr_u(row, 2), i32.shl(panels, 7)),
        i32.shl(i32.and(row, 3), 5),
      ))),
      group.set(groups),
      mask.set(alive),
      times(index, i32.shl(panels, 1), [
        at.set(from),
        values.flatMap((value) => [value.set(v128.load(at)), at.increase(step)]),
        // Down the columns first: line 0 of the result to v(0, j), line 1 to v(1, j).
        [0, 1, 2, 3].flatMap((j) => [
          v(0, j).set(threeSum(v(0, j), v(1, j), v(2, j))),
          v(1, j).set(threeDifference(v(1, j), v(2, j), v(3, j))),
        ]),
        left.set(ofGroup("columns")),
        to.set(i32.add(
          i32.add(word("out"), i32.mul(i32.add(rowStart, row), word("outStride"))), ofGroup("out"),
        )),
        line(0),
        storeLine,
        when(i32.gt_s(ofGroup("rows"), 1), [
          to.increase(word("outLine")),
          line(1),
          storeLine,
        ]),
        group.increase(groupSize),
        mask.increase(64),
        from.increase(i32.add(16, i32.mul(i32.and(index, 1), 96))),
      ]),
    ]),
  ];
};

/** Computes one block of rows and panels, given the positions of the three steps in the module. */
export function winogradBlock(transformIn: number, multiplyTiles: number, transformOut: number): Definition {
  return (frame) => {
    const [job, block, scratch] = frame.takes(3);
    const [panels, groups, products, alive, k, channel, depth, row, rows] = frame.several(9);
    const word = (name: Word): Code => i32.load(job, wordOffset(name));
    const start = i32.mul(block, word("panelsPerBlock"));
    const part = (base: Operand, step: Word): Code => i32.add(base, i32.mul(k, word(step)));
    return [
      row.set(i32.mul(i32.rem_u(block, word("rowBlocks")), word("rowsPerBlock"))),
      rows.set(least(i32.sub(word("rows"), row), word("rowsPerBlock"))),
      block.set(i32.div_u(block, word("rowBlocks"))),
      groups.set(i32.add(word("groups"), i32.mul(start, 2 * groupSize))),
      panels.set(least(i32.sub(word("panels"), start), word("panelsPerBlock"))),
      products.set(i32.add(scratch, i32.shl(word("inputStep"), 4))),
      alive.set(i32.add(products, i32.shl(word("productStep"), 4))),
      call(transformIn, job, groups, panels, scratch, alive),
      times(k, 16, times(channel, word("channels"), [
        depth.set(least(i32.sub(word("channels"), channel), depthPerBlock)),
        call(
          multiplyTiles,
          i32.add(
            part(word("weights"), "weightStep"),
            i32.shl(i32.add(i32.shl(channel, 2), i32.mul(row, word("channels"))), 2),
          ),
          i32.add(part(scratch, "inputStep"), i32.shl(channel, 5)),
          part(products, "productStep"),
          i32.shr_u(i32.add(rows, 3), 2),
          panels, depth, i32.sub(word("channels"), depth), i32.eqz(channel),
        ),
      ], depthPerBlock)),
      call(transformOut, job, groups, panels, products, alive, row, rows),
    ];
  };
}

/**
 * `G g Gᵀ` for every row and channel, in double precision, as panels of 4 rows for each of the 16 products; `taps`
 * lists the offsets of the nine weights. What stands for missing rows is zeroed beforehand.
 */
export const transformWeights: Definition = (frame) => {
  const [weight, rows, channels, rowStep, channelStep, taps, out, step] = frame.takes(8);
  const [row, channel, from, at, to] = frame.several(5);
  const g = frame.several(9, type.f64);
  const half = frame.several(12, type.f64);
  const three = (locals: readonly Local[], first: number, step: number): readonly Operand[] => {
    const [a, b, c] = [locals[first], locals[first + step], locals[first + 2 * step]];
    const halved = (sum: Code): Code => f64.mul(f64.const(0.5), f64.add(sum, c));
    return [a, halved(f64.add(a, b)), halved(f64.sub(a, b)), c];
  };
  return times(row, rows, [
    from.set(i32.add(weight, i32.mul(row, rowStep))),
    to.set(i32.add(out, i32.add(
      i32.mul(i32.shr_u(row, 2), i32.shl(channels, 4)),
      i32.shl(i32.and(row, 3), 2),
    ))),
    times(channel, channels, [
      g.flatMap((value, t) =>
        value.set(f64.promote_f32(f32.load(i32.add(from, i32.load(taps, 4 * t)))))),
      [0, 1, 2].flatMap((column) =>
        three(g, column, 3).flatMap((value, i) => half[3 * i + column].set(value))),
      at.set(to),
      [0, 1, 2, 3].flatMap((i) => three(half, 3 * i, 1).flatMap((value) => [
        f32.store(at, f32.demote_f64(value)),
        at.increase(step),
      ])),
      from.increase(channelStep),
      to.increase(16),
    ]),
  ]);
};
