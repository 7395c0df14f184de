/**
 * Products in tiles of 4 × 8 outputs: `out[o, p] ← Σ_k A[o, k] x[base[k] + position[p]] + bias`.
 *
 * Convolutions in both directions and matrix products all have this form; only their tables differ. The tile takes
 * eight accumulators and, with its operands, just fits sixteen vector registers; engines unroll it themselves.
 * Every output adds up k in order within a block and blocks in order, whatever tile or thread computes it.
 */
import { loop, repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code } from "../instructions.ts";

/** Rows and columns of a tile. */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * `c ← A · B` over one block of k, or `c ← c + A · B`; `a` in panels of 4 rows, `b` of 8 columns, `c` in tiles.
 * Panels hold `depth` steps of the block and `skipped` others.
 */
export const multiplyTiles: Definition = (frame) => {
  const [a, b, c, rowPanels, columnPanels, depth, skipped, first] = frame.takes(8);
  const [i, j, left, right, end] = frame.several(5);
  const [low, high] = frame.several(2, type.v128);
  const factors = frame.several(4, type.v128);
  const sums = frame.several(8, type.v128);
  const store = (sum: Local, s: number, more: boolean): Code =>
    v128.store(c.get, more ? f32x4.add(v128.load(c.get, 16 * s), sum.get) : sum.get, 16 * s);
  const multiply = (half: Local, offset: number, which: 0 | 1): Code => [
    ...half.set(v128.load(right.get, offset)),
    ...factors.flatMap((factor, row) => {
      const sum = sums[2 * row + which];
      return sum.set(f32x4.add(sum.get, f32x4.mul(factor.get, half.get)));
    }),
  ];
  // The order matters to engines that keep it: loads close to their use leave registers free.
  const step = [
    ...factors.flatMap((factor, row) => factor.set(v128.load32_splat(left.get, 4 * row))),
    ...multiply(low, 0, 0),
    ...multiply(high, 16, 1),
    ...left.increase(16),
    ...right.increase(32),
  ];
  return times(i, rowPanels.get, [
    ...right.set(b.get),
    ...times(j, columnPanels.get, [
      ...left.set(a.get),
      ...end.set(i32.add(right.get, i32.mul(depth.get, i32.const(32)))),
      ...sums.flatMap((sum) => sum.set(zero)),
      ...repeat(step, i32.lt_u(right.get, end.get)),
      ...when(first.get,
        sums.flatMap((sum, s) => store(sum, s, false)),
        sums.flatMap((sum, s) => store(sum, s, true))),
      ...right.increase(i32.shl(skipped.get, i32.const(5))),
      ...c.increase(128),
    ]),
    ...a.set(i32.add(left.get, i32.shl(skipped.get, i32.const(4)))),
  ]);
};

/** Gathers `x[base[k] + position[p]]` into panels of 8 columns. */
export const packColumns: Definition = (frame) => {
  const [x, base, depth, position, panels, target] = frame.takes(6);
  const [i, k, end, offset] = frame.several(4);
  const from = frame.several(8);
  const eachK = (body: Code): Code => [
    ...k.set(base.get),
    ...repeat([
      ...offset.set(i32.load(k.get)),
      ...body,
      ...target.increase(32),
      ...k.increase(4),
    ], i32.lt_u(k.get, end.get)),
  ];
  const run = (first: number): Code => i32.eq(i32.sub(from[first + 3].get, from[first].get), i32.const(12));
  const wide = (lane: number): Code =>
    v128.store(target.get, v128.load(i32.add(from[lane].get, offset.get)), 4 * lane);
  return [
    ...end.set(i32.add(base.get, i32.mul(depth.get, i32.const(4)))),
    ...times(i, panels.get, [
      ...from.flatMap((lane, l) => lane.set(i32.add(x.get, i32.load(position.get, 4 * l)))),
      ...position.increase(32),
      ...when(i32.and(run(0), run(4)),
        eachK([...wide(0), ...wide(4)]),
        eachK(from.flatMap((lane, l) =>
          f32.store(target.get, f32.load(i32.add(lane.get, offset.get)), 4 * l)))),
    ]),
  ];
};

/** Gathers `source[row · stride + base[k]]` into panels of 4 rows, missing rows as zeros, for each block of k. */
export const packRows: Definition = (frame) => {
  const [source, stride, base, depth, perBlock, rows, target] = frame.takes(7);
  const [row, k, end, block, from] = frame.several(5);
  const lane = (l: number): Code => when(i32.lt_u(i32.add(row.get, i32.const(l)), rows.get),
    f32.store(target.get, f32.load(i32.add(i32.add(from.get, i32.mul(stride.get, i32.const(l))), i32.load(k.get))), 4 * l),
    f32.store(target.get, f32.const(0), 4 * l));
  return loop(depth.get, [
    ...block.set(least(depth.get, perBlock.get)),
    ...end.set(i32.add(base.get, i32.mul(block.get, i32.const(4)))),
    ...from.set(source.get),
    ...times(row, rows.get, [
      ...k.set(base.get),
      ...repeat([
        ...[0, 1, 2, 3].flatMap(lane),
        ...target.increase(16),
        ...k.increase(4),
      ], i32.lt_u(k.get, end.get)),
      ...from.increase(i32.mul(stride.get, i32.const(4))),
    ], 4),
    ...base.set(end.get),
    ...depth.set(i32.sub(depth.get, block.get)),
  ]);
};

/** Writes the tiles `c` to `out[o · stride + position[p]]` with bias, not below `floor`. */
export const unpackTiles: Definition = (frame) => {
  const [c, out, position, rows, columns, stride, bias, biasPerColumn, floor] = frame.takes(9);
  const [row, column, from, to, place, left] = frame.several(6);
  const [lowest, added, low, high] = frame.several(4, type.v128);
  const finish = (value: Code): Code => f32x4.max(value, lowest.get);
  const one = (lane: number): Code => when(i32.gt_s(left.get, i32.const(lane & 3)),
    f32.store(
      i32.add(to.get, i32.load(place.get, 4 * lane)),
      f32x4.extract_lane((lane < 4 ? low : high).get, lane & 3),
    ));
  const half = (value: Local, lane: number): Code => when(
    i32.and(i32.gt_s(left.get, i32.const(3)),
      i32.eq(i32.sub(i32.load(place.get, 4 * lane + 12), i32.load(place.get, 4 * lane)), i32.const(12))),
    v128.store(i32.add(to.get, i32.load(place.get, 4 * lane)), value.get),
    [0, 1, 2, 3].flatMap((l) => one(lane + l)));
  const columnBias = (offset: number): Code =>
    v128.load(i32.add(bias.get, i32.mul(column.get, i32.const(4))), offset);
  return [
    ...lowest.set(v128.load32_splat(floor.get)),
    ...times(row, rows.get, [
      ...from.set(i32.add(c.get, i32.add(
        i32.mul(i32.shr_u(row.get, i32.const(2)), i32.mul(panels(columns.get), i32.const(128))),
        i32.mul(i32.and(row.get, i32.const(3)), i32.const(32))))),
      ...to.set(i32.add(out.get, i32.mul(row.get, stride.get))),
      ...place.set(position.get),
      ...added.set(zero),
      ...when(i32.and(i32.ne(bias.get, i32.const(0)), i32.eqz(biasPerColumn.get)),
        added.set(v128.load32_splat(i32.add(bias.get, i32.mul(row.get, i32.const(4)))))),
      ...times(column, columns.get, [
        ...low.set(v128.load(from.get)),
        ...high.set(v128.load(from.get, 16)),
        ...when(biasPerColumn.get,
          [
            ...low.set(f32x4.add(low.get, columnBias(0))),
            ...high.set(f32x4.add(high.get, columnBias(16))),
          ],
          [...low.set(f32x4.add(low.get, added.get)), ...high.set(f32x4.add(high.get, added.get))]),
        ...low.set(finish(low.get)),
        ...high.set(finish(high.get)),
        ...left.set(i32.sub(columns.get, column.get)),
        ...half(low, 0),
        ...left.increase(-4),
        ...half(high, 4),
        ...from.increase(128),
        ...place.increase(32),
      ], 8),
    ]),
  ];
};

/** The number of panels that hold these columns. */
export function panels(columns: Code): Code {
  return i32.shr_u(i32.add(columns, i32.const(7)), i32.const(3));
}
