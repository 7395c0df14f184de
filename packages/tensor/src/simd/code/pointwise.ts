/**
 * Products whose columns lie side by side in the source, step after step of k: convolutions of extent 1. The source is
 * read in place; only the weights are packed.
 */
import { call, loop, repeat, times, type, when, type Definition, type Local } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code } from "../instructions.ts";
import { summedWithin } from "./bounds.ts";
import { blockOf, rowPanels } from "./contract.ts";
import { contraction } from "./jobs.ts";
import { reader } from "./reader.ts";

/**
 * `out ← A · x` over one block of k, or `out ← out + A · x`, in tiles of 4 × 8; with the last block, the bias is added
 * and bounds are kept. Panels of `a` have 4 rows; columns behind the last are computed and not written.
 */
export const multiplyInPlace: Definition = (frame) => {
  const [job, a, x, out, bias, rows, columns, depth, first, last] = frame.takes(10);
  const [row, column, left, right, end, step, outStep, to, inside] = frame.several(9);
  const halves = frame.several(2, type.v128);
  const factors = frame.several(4, type.v128);
  const sums = frame.several(8, type.v128);
  const [added, low, high] = frame.several(3, type.v128);
  const word = reader(contraction, job);
  const within = summedWithin(frame);
  const eachRow = (body: (row: number) => Code): Code => [
    to.set(i32.add(out, i32.shl(column, 2))),
    factors.map((_, r) => [body(r), to.increase(outStep)]),
  ];
  const sumsOf = (r: number): readonly Local<"v128">[] => sums.slice(2 * r, 2 * r + 2);
  const change = (r: number, to: (sum: Local<"v128">, half: number) => Code<"v128">): Code =>
    sumsOf(r).map((sum, half) => sum.set(to(sum, half)));
  const partly = (r: number): Code => [0, 1, 2, 3, 4, 5, 6].map((lane) => when(i32.gt_u(inside, lane),
    f32.store(to, f32x4.extract_lane(sums[2 * r + (lane >> 2)], lane & 3), 4 * lane)));
  return [
    step.set(word("xStride")),
    outStep.set(word("outStride")),
    low.set(v128.load32_splat(job, contraction.offset("low"))),
    high.set(v128.load32_splat(job, contraction.offset("high"))),
    times(row, rows, [
      times(column, columns, [
        left.set(a),
        right.set(i32.add(x, i32.shl(column, 2))),
        end.set(i32.add(a, i32.shl(depth, 4))),
        sums.map((sum) => sum.set(zero)),
        repeat([
          factors.map((factor, r) => factor.set(v128.load32_splat(left, 4 * r))),
          halves.map((half, h) => [
            half.set(v128.load(right, 16 * h)),
            factors.map((factor, r) => sums[2 * r + h].set(f32x4.add(sums[2 * r + h], f32x4.mul(factor, half)))),
          ]),
          left.increase(16),
          right.increase(step),
        ], i32.lt_u(left, end)),
        when(i32.eqz(first), eachRow((r) => when(i32.lt_u(i32.add(row, r), rows),
          change(r, (sum, half) => f32x4.add(v128.load(to, 16 * half), sum))))),
        when(last, factors.map((_, r) => [
          added.set(zero),
          when(bias, added.set(v128.load32_splat(i32.add(bias, i32.shl(row, 2)), 4 * r))),
          change(r, (sum) => within(f32x4.add(sum, added), low, high)),
        ])),
        inside.set(i32.sub(columns, column)),
        eachRow((r) => when(i32.lt_u(i32.add(row, r), rows), when(i32.gt_u(inside, 7),
          sumsOf(r).map((sum, half) => v128.store(to, sum, 16 * half)),
          partly(r)))),
      ], 8),
      a.set(end),
      out.increase(i32.shl(outStep, 2)),
    ], 4),
  ];
};

/** Computes one block of a job. */
export const pointwiseBlock: Definition = blockOf((block) => {
  const { frame, job, word, x, out, bias, a, row, rows, column, columns } = block;
  const [k, depth] = frame.several(2);
  return [
    x.increase(i32.shl(column, 2)),
    out.increase(i32.shl(column, 2)),
    loop(i32.lt_u(k, word("depth")), [
      depth.set(least(i32.sub(word("depth"), k), word("depthPerBlock"))),
      call(
        multiplyInPlace, job, i32.add(a, i32.shl(i32.mul(row, depth), 2)), x, out, bias, rows, columns, depth,
        i32.eqz(k), i32.eq(i32.add(k, depth), word("depth")),
      ),
      a.increase(i32.shl(i32.mul(depth, rowPanels(word("rows"))), 4)),
      x.increase(i32.mul(depth, word("xStride"))),
      k.increase(depth),
    ]),
  ];
});
