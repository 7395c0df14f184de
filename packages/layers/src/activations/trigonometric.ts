/** Trigonometric and hyperbolic functions as activations, rounded to floats. */
import type { Activation } from "../layer/activation.ts";

function of(name: string, value: (z: number) => number, slope: (z: number) => number): Activation {
  return { name, apply: (z) => Math.fround(value(z)), slope: (z) => Math.fround(slope(z)) };
}

/** `arccos z` */
export const acos: Activation = of("acos", Math.acos, (z) => -1 / Math.sqrt(1 - z * z));

/** `arcosh z` */
export const acosh: Activation = of("acosh", Math.acosh, (z) => 1 / Math.sqrt(z * z - 1));

/** `arcsin z` */
export const asin: Activation = of("asin", Math.asin, (z) => 1 / Math.sqrt(1 - z * z));

/** `arsinh z` */
export const asinh: Activation = of("asinh", Math.asinh, (z) => 1 / Math.sqrt(z * z + 1));

/** `arctan z` */
export const atan: Activation = of("atan", Math.atan, (z) => 1 / (1 + z * z));

/** `artanh z` */
export const atanh: Activation = of("atanh", Math.atanh, (z) => 1 / (1 - z * z));

/** `cos z` */
export const cos: Activation = of("cos", Math.cos, (z) => -Math.sin(z));

/** `cosh z` */
export const cosh: Activation = of("cosh", Math.cosh, Math.sinh);

/** `sin z` */
export const sin: Activation = of("sin", Math.sin, Math.cos);

/** `sinh z` */
export const sinh: Activation = of("sinh", Math.sinh, Math.cosh);

/** `tan z` */
export const tan: Activation = of("tan", Math.tan, (z) => 1 / Math.cos(z) ** 2);
