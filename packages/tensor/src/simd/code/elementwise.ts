/** Elementwise chains, four elements at a time; each takes a job, a block of it, and no scratch. */
import { loop, type Definition } from "../assembler.ts";
import { f32, f32x4, i32, least, v128, zero, type Code, type Operand } from "../instructions.ts";
import { elementwiseJob } from "./jobs.ts";
import { reader } from "./reader.ts";

/** What a chain may read: the operands, what is in `out`, and the two parameters as vectors. */
interface Operands {
  readonly a: Code<"v128">;
  readonly b: Code<"v128">;
  readonly out: Code<"v128">;
  readonly scale: Code<"v128">;
  readonly epsilon: Code<"v128">;
}

/** A kernel that computes `out ← chain(…)`. */
function elementwise(chain: (operands: Operands) => Code<"v128">): Definition {
  return (frame) => {
    const [job, block] = frame.takes(3);
    const [a, b, out, left] = frame.several(4);
    const word = reader(elementwiseJob, job);
    const chained = (load: (address: Operand) => Code<"v128">): Code<"v128"> => chain({
      a: load(a),
      b: load(b),
      out: load(out),
      scale: v128.load32_splat(job, elementwiseJob.offset("scale")),
      epsilon: v128.load32_splat(job, elementwiseJob.offset("epsilon")),
    });
    const advance = (bytes: number): Code => [a, b, out].flatMap((pointer) => pointer.increase(bytes));
    const start = i32.mul(block, word("perBlock"));
    return [
      left.set(least(i32.sub(word("count"), start), word("perBlock"))),
      a.set(i32.add(word("a"), i32.shl(start, 2))),
      b.set(i32.add(word("b"), i32.shl(start, 2))),
      out.set(i32.add(word("out"), i32.shl(start, 2))),
      loop(i32.gt_u(left, 3), [
        v128.store(out, chained(v128.load)),
        advance(16),
        left.increase(-4),
      ]),
      loop(left, [
        f32.store(out, f32x4.extract_lane(chained(v128.load32_splat), 0)),
        advance(4),
        left.increase(-1),
      ]),
    ];
  };
}

const guarded = (size: (operands: Operands) => Code<"v128">): Definition => elementwise((operands) => {
  const { a, b } = operands;
  const denominator = v128.bitselect(f32x4.neg(size(operands)), size(operands), f32x4.lt(b, zero));
  return v128.andnot(f32x4.div(a, denominator), f32x4.eq(a, zero));
});

/** `max(a, 0)` */
export const relu: Definition = elementwise(({ a }) => f32x4.max(a, zero));
/** `b` where `a > 0` */
export const reluTransposed: Definition = elementwise(({ a, b }) => v128.and(b, f32x4.gt(a, zero)));
/** `min(a, 0)` */
export const negativePart: Definition = elementwise(({ a }) => f32x4.min(a, zero));
/** `a + b` */
export const add: Definition = elementwise(({ a, b }) => f32x4.add(a, b));
/** `out + (scale · a) · b` */
export const addProduct: Definition = elementwise(({ a, b, out, scale }) =>
  f32x4.add(out, f32x4.mul(f32x4.mul(scale, a), b)));
/** `(scale · a) · b`, 0 for −0 */
export const product: Definition = elementwise(({ a, b, scale }) =>
  f32x4.add(f32x4.mul(f32x4.mul(scale, a), b), zero));
/** `a ⊘ (b + ε sign b)` */
export const quotient: Definition = guarded(({ b, epsilon }) => f32x4.add(f32x4.abs(b), epsilon));
/** `a ⊘ (sign b · max(|b|, ε))` */
export const clippedQuotient: Definition = guarded(({ b, epsilon }) => f32x4.max(f32x4.abs(b), epsilon));
