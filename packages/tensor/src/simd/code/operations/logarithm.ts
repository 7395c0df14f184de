/** Logarithms in vectors, rounding by rounding as `program/logarithm.ts` has them. */
import type { Definition } from "../../assembler.ts";
import { f32x4, i32x4, v128, zero } from "../../instructions.ts";
import { exponentialConstants } from "../../../program/exponential.ts";
import { logarithmConstants } from "../../../program/logarithm.ts";
import { all, polynomial, unary } from "./block.ts";
import { exponential } from "./exponential.ts";
import type { LogarithmName } from "./names.ts";

const { ln2 } = exponentialConstants;
const { r, wide, rootHalf, leastNormal, lift } = logarithmConstants;

/** The logarithms. */
export const logarithms: Readonly<Record<LogarithmName, Definition>> = {
  log: unary((v, x) => {
    const small = v.keep(f32x4.lt(x, all(leastNormal)));
    const lifted = v.keep(v128.bitselect(f32x4.mul(x, all(2 ** lift)), x, small));
    const exponent = v.keep(i32x4.shr_s(i32x4.sub(lifted, i32x4.splat(rootHalf)), 23));
    const y = v.keep(f32x4.sub(i32x4.sub(lifted, i32x4.shl(exponent, 23)), all(1)));
    const n = v.keep(f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(small, i32x4.splat(lift)))));
    const s = v.keep(f32x4.div(y, f32x4.add(all(2), y)));
    const z = v.keep(f32x4.mul(s, s));
    const half = v.keep(f32x4.mul(f32x4.mul(all(0.5), y), y));
    const inner = f32x4.mul(s, f32x4.add(half, f32x4.mul(z, polynomial(r, z))));
    const rest = f32x4.sub(half, f32x4.add(inner, f32x4.mul(n, all(ln2[1]!))));
    const value = f32x4.sub(f32x4.mul(n, all(ln2[0]!)), f32x4.sub(rest, y));
    const inside = v128.and(f32x4.gt(x, zero), f32x4.lt(x, all(Infinity)));
    const below = v128.bitselect(all(-Infinity), all(NaN), f32x4.eq(x, zero));
    const outside = v128.bitselect(x, below, f32x4.gt(x, zero));
    return v128.bitselect(value, outside, inside);
  }),
  softplus: unary((v, x) => {
    const e = v.keep(exponential(v, f32x4.neg(f32x4.abs(x))));
    const s = v.keep(f32x4.div(e, f32x4.add(all(2), e)));
    const z = v.keep(f32x4.mul(s, s));
    const log1p = f32x4.sub(e, f32x4.mul(s, f32x4.sub(e, f32x4.mul(z, polynomial(wide, z)))));
    return f32x4.add(f32x4.pmax(x, zero), log1p);
  }),
};
