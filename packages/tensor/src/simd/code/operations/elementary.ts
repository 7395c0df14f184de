/** Arithmetic, comparisons, bounds and rounding. */
import type { Definition } from "../../assembler.ts";
import { f32x4, v128, zero, type Code } from "../../instructions.ts";
import { all, binary, ternary, unary } from "./block.ts";
import type { ElementaryName } from "./names.ts";

/** 1 where a mask is set, 0 elsewhere. */
const indicator = (mask: Code<"v128">): Code<"v128"> => v128.and(mask, all(1));

/** The operations that need no more than a few instructions. */
export const elementary: Readonly<Record<ElementaryName, Definition>> = {
  copy: unary((_, a) => a),
  add: binary((_, a, b) => f32x4.add(a, b)),
  subtract: binary((_, a, b) => f32x4.sub(a, b)),
  multiply: binary((_, a, b) => f32x4.mul(a, b)),
  divide: binary((_, a, b) => f32x4.div(a, b)),
  multiplyAdd: ternary((_, a, b, c) => f32x4.add(f32x4.mul(a, b), c)),
  weighted: binary((_, a, b) => v128.andnot(f32x4.mul(a, b), f32x4.eq(b, zero))),
  negate: unary((_, a) => f32x4.neg(a)),
  abs: unary((_, a) => f32x4.abs(a)),
  sqrt: unary((_, a) => f32x4.sqrt(a)),
  less: binary((_, a, b) => indicator(f32x4.lt(a, b))),
  lessOrEqual: binary((_, a, b) => indicator(f32x4.le(a, b))),
  equal: binary((_, a, b) => indicator(f32x4.eq(a, b))),
  where: ternary((_, a, b, c) => v128.bitselect(b, c, f32x4.ne(a, zero))),
  // Not max and min, which look for NaN in both operands and take three times as long.
  atLeast: binary((_, a, b) => f32x4.pmax(a, b)),
  atMost: binary((_, a, b) => f32x4.pmin(a, b)),
  clamp: ternary((_, a, b, c) => f32x4.pmin(f32x4.pmax(a, b), c)),
  maximum: binary((_, a, b) => f32x4.max(a, b)),
  minimum: binary((_, a, b) => f32x4.min(a, b)),
  sign: unary((_, a) => {
    const size = v128.or(v128.and(a, all(-0)), all(1));
    return v128.bitselect(size, a, v128.or(f32x4.lt(a, zero), f32x4.gt(a, zero)));
  }),
  floor: unary((_, a) => f32x4.floor(a)),
  ceil: unary((_, a) => f32x4.ceil(a)),
  truncate: unary((_, a) => f32x4.trunc(a)),
  round: unary((_, a) => f32x4.nearest(a)),
};
