/** Winograd's transform of the products: sums over channels become outputs. */
import { call, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, i32x4, least, v128, zero, type Code } from "../instructions.ts";
import { within } from "./bounds.ts";
import type { Filtering } from "./winograd-algebra.ts";
import { transposed } from "./transposition.ts";
import { winogradDirect } from "./winograd-direct.ts";
import { MANY, winogradDirectTile } from "./winograd-direct-tile.ts";
import { Lines } from "./winograd-lines.ts";
import { groupSize, insideOffset, tileWordOf, winogradJob, wordOf } from "./winograd-words.ts";

// How far limits are below what single precision holds where it is certain that nothing overflows.
const headroom = 1e5;
const one = f32x4.splat(f32.const(1));
const most = f32x4.splat(f32.const(1e4));

/**
 * `Aᵀ m A` for every row of every group, with bias, within bounds, written where it lies inside. What is below
 * the limit of its row and tile, or of a faint window, is computed directly instead.
 */
export const transformOutput = ({ inputs, outputs, output }: Filtering): Definition => (frame) => {
  const [job, groups, panels, products, sizes, rowStart, rows] = frame.takes(7);
  const [row, index, group, from, at, step, size, line, lane] = frame.several(9);
  const to = frame.several(4);
  const values = frame.several(inputs * outputs, type.v128);
  const loaded = frame.several(inputs, type.v128);
  const transforms = new Lines(frame);
  const results = frame.several(4, type.v128);
  const [added, lowest, highest, rowLimit, rowShare, limit, sure, doubtful] = frame.several(8, type.v128);
  const word = wordOf(job);
  const tileWord = tileWordOf(group);
  const columns = Array.from({ length: inputs }, (_, i) => i);
  const value = (i: number, j: number): Local<"v128"> => values[inputs * i + j]!;
  // A bit for every sum that is large enough; none for NaN, nor where the limit is.
  const finish = (sum: Local<"v128">): Code => [
    sure.set(i32x4.sub(i32x4.add(sure, sure), f32x4.ge(f32x4.abs(sum), limit))),
    sum.set(within(f32x4.add(sum, added), lowest, highest)),
  ];

  const whole = (tile: number, vector: Local<"v128">): Code => outputs === 4
    ? v128.store(to[tile]!, vector)
    : [0, 1].map((lane) => f32.store(to[tile]!, f32x4.extract_lane(vector, lane), 4 * lane));
  /** A line of each tile, first to last; of a group that reaches beyond the output, to where its products were. */
  const storeLine = (): Code => {
    const tiles = loaded.slice(0, 4);
    return [
      transposed(results, tiles, transforms.spare),
      when(i32.load(group),
        tiles.map((vector, tile) => [whole(tile, vector), to[tile]!.increase(word("outLine"))]),
        tiles.map((vector) => [v128.store(at, vector), at.increase(step)])),
    ];
  };
  /** What lies inside of such a group. */
  const storeInside = (): Code => [
    at.set(from),
    times(line, outputs, to.map((address, tile) => [
      when(i32.gt_s(tileWord(tile, "rows"), line), times(lane, least(tileWord(tile, "columns"), outputs), f32.store(
        i32.add(address, i32.shl(lane, 2)), f32.load(i32.add(at, i32.shl(lane, 2))),
      ))),
      address.increase(word("outLine")),
      at.increase(step),
    ])),
  ];
  const bits = (tile: number): Code<"i32"> => i32x4.extract_lane(doubtful, tile);
  const someOf = (tile: number): Code => call(
    winogradDirect, job, i32.add(rowStart, row), outputs, bits(tile),
    tileWord(tile, "x"), tileWord(tile, "energies"), tileWord(tile, "out"),
  );
  const allOf = (tile: number): Code => call(
    winogradDirectTile, job, i32.add(rowStart, row),
    tileWord(tile, "x"), tileWord(tile, "out"), tileWord(tile, "columns"), tileWord(tile, "rows"),
  );
  /** Sums that are too small among those of their tile, once more. */
  const again = (): Code => [
    doubtful.set(v128.and(v128.load(group, insideOffset), v128.or(v128.load(size, 16), v128.not(sure)))),
    when(v128.any_true(doubtful), to.map((_, tile) => when(bits(tile), outputs === 4
      ? when(i32.ge_u(i32.popcnt(bits(tile)), MANY), allOf(tile), someOf(tile))
      : someOf(tile)))),
  ];
  const body = [
    step.set(word("productStep")),
    lowest.set(v128.load32_splat(job, winogradJob.offset("low"))),
    highest.set(v128.load32_splat(job, winogradJob.offset("high"))),
    times(row, rows, [
      added.set(zero),
      when(word("bias"), added.set(v128.load32_splat(
        i32.add(word("bias"), i32.shl(i32.add(rowStart, row), 2)),
      ))),
      at.set(i32.add(word("limits"), i32.shl(i32.add(rowStart, row), 3))),
      rowLimit.set(v128.load32_splat(at)),
      rowShare.set(v128.load32_splat(at, 4)),
      from.set(i32.add(products, i32.add(
        i32.mul(i32.shr_u(row, 2), i32.shl(panels, 7)),
        i32.shl(i32.and(row, 3), 5),
      ))),
      group.set(groups),
      size.set(sizes),
      times(index, i32.shl(panels, 1), [
        sure.set(zero),
        // Where sums might overflow on the way there is no limit.
        results[0]!.set(f32x4.pmax(one, f32x4.mul(rowShare, v128.load(size, 32)))),
        results[0]!.set(f32x4.pmin(f32x4.mul(results[0]!, f32x4.sqrt(results[0]!)), most)),
        limit.set(f32x4.div(f32x4.mul(rowLimit, v128.load(size)), results[0]!)),
        results[0]!.set(f32x4.mul(limit, f32x4.splat(f32.const(headroom)))),
        limit.set(f32x4.add(limit, f32x4.sub(results[0]!, results[0]!))),
        at.set(from),
        columns.map((column) => [
          loaded.map((vector) => [vector.set(v128.load(at)), at.increase(step)]),
          transforms.apply(output, loaded, (sum, line) => value(line, column).set(sum)),
        ]),
        to.map((address, tile) => address.set(i32.add(
          i32.add(word("out"), i32.mul(i32.add(rowStart, row), word("outStride"))), tileWord(tile, "out"),
        ))),
        at.set(from),
        columns.slice(0, outputs).map((line) => [
          transforms.apply(output, columns.map((column) => value(line, column)), (sum, i) =>
            [results[i]!.set(sum), finish(results[i]!)]),
          storeLine(),
        ]),
        when(i32.eqz(i32.load(group)), storeInside()),
        again(),
        group.increase(groupSize),
        size.increase(16 * outputs * outputs),
        from.increase(i32.add(16, i32.mul(i32.and(index, 1), 96))),
      ]),
    ]),
  ];
  return [transforms.factors, body];
};
