/** Elementary functions as activations. Values are rounded to floats, so that they agree between engines. */
import type { Activation } from "./activation.ts";

/** `exp(z)` */
export const exp: Activation = {
  name: "exp",
  apply: (z) => Math.fround(Math.exp(z)),
  slope: (z) => Math.fround(Math.exp(z)),
  nonnegative: true,
};

/** `log(z)` */
export const log: Activation = { name: "log", apply: (z) => Math.fround(Math.log(z)), slope: (z) => 1 / z };

/** `√z` */
export const sqrt: Activation = {
  name: "sqrt",
  apply: Math.sqrt,
  slope: (z) => 0.5 / Math.sqrt(z),
  nonnegative: true,
};

/** `1 / z` */
export const reciprocal: Activation = { name: "reciprocal", apply: (z) => 1 / z, slope: (z) => -1 / (z * z) };

/** `z ^ exponent` */
export function pow(exponent: number): Activation {
  return {
    name: "pow", parameters: { exponent },
    apply: (z) => Math.fround(z ** exponent),
    slope: (z) => (exponent === 0 ? 0 : Math.fround(exponent * z ** (exponent - 1))),
  };
}
