/**
 * Products in tiles of 4 × 8 outputs: `out[o, p] ← Σ_k A[o, k] x[base[k] + position[p]] + bias`.
 *
 * Convolutions in both directions and matrix products all have this form; only their tables differ. The tile takes
 * eight accumulators and, with its operands, just fits sixteen vector registers; engines unroll it themselves.
 * Every output adds up k in order within a block and blocks in order, whatever tile or thread computes it.
 */
import { loop, repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";

/** Rows and columns of a tile. */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * `c ← A · B` over one block of k, or `c ← c + A · B`; `a` in panels of 4 rows, `b` of 8 columns, `c` in tiles.
 * Panels of `b` hold `depth` steps of the block and `skipped` others.
 */
export const multiplyTiles: Definition = (frame) => {
  const [a, b, c, rowPanels, columnPanels, depth, skipped, first] = frame.takes(8);
  const [i, j, left, right, end] = frame.several(5);
  const [low, high] = frame.several(2, type.v128);
  const factors = frame.several(4, type.v128);
  const sums = frame.several(8, type.v128);
  const store = (sum: Local<"v128">, s: number, more: boolean): Code =>
    v128.store(c, more ? f32x4.add(v128.load(c, 16 * s), sum) : sum, 16 * s);
  const multiply = (half: Local<"v128">, offset: number, which: 0 | 1): Code => [
    half.set(v128.load(right, offset)),
    factors.flatMap((factor, row) => {
      const sum = sums[2 * row + which];
      return sum.set(f32x4.add(sum, f32x4.mul(factor, half)));
    }),
  ];
  // The order matters to engines that keep it: loads close to their use leave registers free.
  const step = [
    factors.flatMap((factor, row) => factor.set(v128.load32_splat(left, 4 * row))),
    multiply(low, 0, 0),
    multiply(high, 16, 1),
    left.increase(16),
    right.increase(32),
  ];
  return times(i, rowPanels, [
    right.set(b),
    times(j, columnPanels, [
      left.set(a),
      end.set(i32.add(right, i32.mul(depth, 32))),
      sums.flatMap((sum) => sum.set(zero)),
      repeat(step, i32.lt_u(right, end)),
      when(first,
        sums.flatMap((sum, s) => store(sum, s, false)),
        sums.flatMap((sum, s) => store(sum, s, true))),
      right.increase(i32.shl(skipped, 5)),
      c.increase(128),
    ]),
    a.set(left),
  ]);
};

/** Gathers `x[base[k] + position[p]]` into panels of 8 columns. */
export const packColumns: Definition = (frame) => {
  const [x, base, depth, position, panels, target] = frame.takes(6);
  const [i, k, end, offset] = frame.several(4);
  const from = frame.several(8);
  const eachK = (body: Code): Code => [
    k.set(base),
    repeat([
      offset.set(i32.load(k)),
      body,
      target.increase(32),
      k.increase(4),
    ], i32.lt_u(k, end)),
  ];
  const run = (first: number): Code<"i32"> => i32.eq(i32.sub(from[first + 3], from[first]), 12);
  const wide = (lane: number): Code =>
    v128.store(target, v128.load(i32.add(from[lane], offset)), 4 * lane);
  return [
    end.set(i32.add(base, i32.mul(depth, 4))),
    times(i, panels, [
      from.flatMap((lane, l) => lane.set(i32.add(x, i32.load(position, 4 * l)))),
      position.increase(32),
      when(i32.and(run(0), run(4)),
        eachK([wide(0), wide(4)]),
        eachK(from.flatMap((lane, l) =>
          f32.store(target, f32.load(i32.add(lane, offset)), 4 * l)))),
    ]),
  ];
};

/** Gathers `source[row · stride + base[k]]` into panels of 4 rows, missing rows as zeros, for each block of k. */
export const packRows: Definition = (frame) => {
  const [source, stride, base, depth, perBlock, rows, target] = frame.takes(7);
  const [row, k, end, block, from] = frame.several(5);
  const lane = (l: number): Code => when(i32.lt_u(i32.add(row, l), rows),
    f32.store(target, f32.load(i32.add(i32.add(from, i32.mul(stride, l)), i32.load(k))), 4 * l),
    f32.store(target, f32.const(0), 4 * l));
  return loop(depth, [
    block.set(least(depth, perBlock)),
    end.set(i32.add(base, i32.mul(block, 4))),
    from.set(source),
    times(row, rows, [
      k.set(base),
      repeat([
        [0, 1, 2, 3].flatMap(lane),
        target.increase(16),
        k.increase(4),
      ], i32.lt_u(k, end)),
      from.increase(i32.mul(stride, 4)),
    ], 4),
    base.set(end),
    depth.set(i32.sub(depth, block)),
  ]);
};

/** Writes the tiles `c` to `out[o · stride + position[p]]` with bias, within the two `bounds`. */
export const unpackTiles: Definition = (frame) => {
  const [c, out, position, rows, columns, stride, bias, biasPerColumn, bounds] = frame.takes(9);
  const [row, column, from, to, place, left] = frame.several(6);
  const [lowest, highest, added, low, high] = frame.several(5, type.v128);
  const within = summedWithin(frame);
  const finish = (value: Operand<"v128">): Code<"v128"> => within(value, lowest, highest);
  const one = (lane: number): Code => when(i32.gt_s(left, lane & 3),
    f32.store(
      i32.add(to, i32.load(place, 4 * lane)),
      f32x4.extract_lane((lane < 4 ? low : high), lane & 3),
    ));
  const half = (value: Local<"v128">, lane: number): Code => when(
    i32.and(i32.gt_s(left, 3),
      i32.eq(i32.sub(i32.load(place, 4 * lane + 12), i32.load(place, 4 * lane)), 12)),
    v128.store(i32.add(to, i32.load(place, 4 * lane)), value),
    [0, 1, 2, 3].flatMap((l) => one(lane + l)));
  const columnBias = (offset: number): Code<"v128"> =>
    v128.load(i32.add(bias, i32.mul(column, 4)), offset);
  return [
    lowest.set(v128.load32_splat(bounds)),
    highest.set(v128.load32_splat(bounds, 4)),
    times(row, rows, [
      from.set(i32.add(c, i32.add(
        i32.mul(i32.shr_u(row, 2), i32.mul(panels(columns), 128)),
        i32.mul(i32.and(row, 3), 32)))),
      to.set(i32.add(out, i32.mul(row, stride))),
      place.set(position),
      added.set(zero),
      when(i32.and(i32.ne(bias, 0), i32.eqz(biasPerColumn)),
        added.set(v128.load32_splat(i32.add(bias, i32.mul(row, 4))))),
      times(column, columns, [
        low.set(v128.load(from)),
        high.set(v128.load(from, 16)),
        when(biasPerColumn,
          [
            low.set(f32x4.add(low, columnBias(0))),
            high.set(f32x4.add(high, columnBias(16))),
          ],
          [low.set(f32x4.add(low, added)), high.set(f32x4.add(high, added))]),
        low.set(finish(low)),
        high.set(finish(high)),
        left.set(i32.sub(columns, column)),
        half(low, 0),
        left.increase(-4),
        half(high, 4),
        from.increase(128),
        place.increase(32),
      ], 8),
    ]),
  ];
};

/** The number of panels that hold these columns. */
export function panels(columns: Operand): Code<"i32"> {
  return i32.shr_u(i32.add(columns, 7), 3);
}
