/** The error function and the normal distribution in vectors, rounding by rounding as `program/error-function.ts`. */
import type { Definition, Local } from "../../assembler.ts";
import { f32x4, v128, zero, type Code } from "../../instructions.ts";
import { errorConstants } from "../../../program/error-function.ts";
import { all, polynomial, unary, type Vectors } from "./block.ts";
import { exponential, exponentialWithin, signed } from "./exponential.ts";
import type { ErrorFunctionName } from "./names.ts";

const { near, far, p, t, end, above, below, halving } = errorConstants;

/** `e^(−x² / 2)` of sizes that are at most `end`. */
function bell(v: Vectors, size: Local<"v128">): Code<"v128"> {
  const wide = v.keep(f32x4.mul(all(halving), size));
  const high = v.keep(f32x4.sub(wide, f32x4.sub(wide, size)));
  const low = f32x4.mul(f32x4.sub(size, high), f32x4.add(size, high));
  return exponential(v, f32x4.mul(all(-0.5), f32x4.mul(high, high)), f32x4.mul(all(-0.5), low));
}

/** The error function and its kin. */
export const errorFunctions: Readonly<Record<ErrorFunctionName, Definition>> = {
  erf: unary((v, x) => {
    const size = v.keep(f32x4.abs(x));
    const z = v.keep(f32x4.mul(size, size));
    const close = f32x4.add(size, f32x4.mul(size, polynomial(p, z)));
    const c = v.keep(f32x4.pmin(size, all(far)));
    const apart = f32x4.sub(all(1), exponentialWithin(v, f32x4.neg(polynomial(t, c))));
    return signed(v128.bitselect(close, apart, f32x4.lt(size, all(near))), x);
  }),
  bell: unary((v, x) => bell(v, v.keep(f32x4.pmin(f32x4.abs(x), all(end))))),
  normalCdf: unary((v, x) => {
    const size = v.keep(f32x4.pmin(f32x4.abs(x), all(end)));
    const tail = v.keep(f32x4.mul(bell(v, size), f32x4.div(polynomial(above, size), polynomial(below, size))));
    return v128.bitselect(tail, f32x4.sub(all(1), tail), f32x4.lt(x, zero));
  }),
};
