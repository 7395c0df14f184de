/** Exponential functions in vectors, rounding by rounding as `program/exponential.ts` has them. */
import type { Definition, Local } from "../../assembler.ts";
import { f32x4, i32x4, v128, zero, type Code } from "../../instructions.ts";
import { exponentialConstants, tanhConstants } from "../../../program/exponential.ts";
import { all, polynomial, unary, type Vector, type Vectors } from "./block.ts";
import type { ExponentialName } from "./names.ts";

const { perLn2, rounder, ln2, q, bounds, boundsMinus1 } = exponentialConstants;

/** `2ⁿ` of integers. */
const powerOfTwo = (n: Vector): Code<"v128"> => i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);

interface Parts {
  /** n, as integers. */
  readonly n: Local<"v128">;
  /** `eʳ − 1` */
  readonly p: Code<"v128">;
}

/** `eˣ = 2ⁿ eʳ` */
function parts(v: Vectors, x: Local<"v128">, low?: Vector): Parts {
  const shifted = v.keep(f32x4.add(f32x4.mul(x, all(perLn2)), all(rounder)));
  const whole = v.keep(f32x4.sub(shifted, all(rounder)));
  const rest = f32x4.sub(f32x4.sub(x, f32x4.mul(whole, all(ln2[0]!))), f32x4.mul(whole, all(ln2[1]!)));
  const r = v.keep(low === undefined ? rest : f32x4.add(rest, low));
  const behind = f32x4.mul(f32x4.mul(r, r), polynomial(q, r));
  // The last bits of what was rounded by adding are n.
  return { n: v.keep(i32x4.sub(shifted, all(rounder))), p: f32x4.add(r, behind) };
}

/** `e^(x + low)` */
export function exponential(v: Vectors, x: Vector, low?: Vector): Code<"v128"> {
  const c = v.keep(f32x4.pmin(f32x4.pmax(x, all(bounds[0])), all(bounds[1])));
  const { n, p } = parts(v, c, low);
  const half = v.keep(i32x4.shr_s(n, 1));
  const scaled = f32x4.mul(f32x4.add(all(1), p), powerOfTwo(half));
  return f32x4.mul(scaled, powerOfTwo(i32x4.sub(n, half)));
}

/** `eˣ` for |x| <= 80. */
export function exponentialWithin(v: Vectors, x: Vector): Code<"v128"> {
  const { n, p } = parts(v, v.keep(x));
  return f32x4.mul(f32x4.add(all(1), p), powerOfTwo(n));
}

/** The size of what is below 0 is negated, −0 included. */
export function signed(size: Vector, x: Vector): Code<"v128"> {
  return v128.or(size, v128.and(x, all(-0)));
}

/** The exponential functions. */
export const exponentials: Readonly<Record<ExponentialName, Definition>> = {
  exp: unary((v, x) => exponential(v, x)),
  expMinus1: unary((v, x) => {
    const c = v.keep(f32x4.pmin(f32x4.pmax(x, all(boundsMinus1[0])), all(boundsMinus1[1])));
    const { n, p } = parts(v, c);
    const half = v.keep(powerOfTwo(i32x4.sub(n, i32x4.splat(1))));
    return f32x4.mul(all(2), f32x4.add(f32x4.mul(half, p), f32x4.sub(half, all(0.5))));
  }),
  sigmoid: unary((v, x) => {
    const e = v.keep(exponential(v, f32x4.neg(f32x4.abs(x))));
    return f32x4.div(v128.bitselect(e, all(1), f32x4.lt(x, zero)), f32x4.add(all(1), e));
  }),
  tanh: unary((v, x) => {
    const { near, far, p } = tanhConstants;
    const size = v.keep(f32x4.abs(x));
    const z = v.keep(f32x4.mul(size, size));
    const close = f32x4.add(size, f32x4.mul(size, f32x4.mul(z, polynomial(p, z))));
    const e = exponentialWithin(v, f32x4.mul(all(2), f32x4.pmin(size, all(far))));
    const apart = f32x4.sub(all(1), f32x4.div(all(2), f32x4.add(e, all(1))));
    return signed(v128.bitselect(close, apart, f32x4.lt(size, all(near))), x);
  }),
};
