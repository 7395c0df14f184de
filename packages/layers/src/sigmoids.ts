/** Smooth activations that level off on both sides. Values are rounded to floats: those agree between engines. */
import type { Activation } from "./activation.ts";
import { erf as errorFunction } from "./erf.ts";

/** `1 / (1 + exp(−z))` in double precision. */
export function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** `1 / (1 + exp(−z))` */
export const sigmoid: Activation = {
  name: "sigmoid",
  apply: (z) => Math.fround(logistic(z)),
  // Not p (1 − p): that loses all digits where p is near 1.
  slope: (z) => Math.fround(logistic(z) * logistic(-z)),
  nonnegative: true,
};

/** `tanh(z)` */
export const tanh: Activation = {
  name: "tanh",
  apply: (z) => Math.fround(Math.tanh(z)),
  slope: (z) => Math.fround(4 * logistic(2 * z) * logistic(-2 * z)),
};

/** `z / (1 + |z|)` */
export const softsign: Activation = {
  name: "softsign",
  apply: (z) => z / (1 + Math.abs(z)),
  slope: (z) => 1 / (1 + Math.abs(z)) ** 2,
};

/** `2/√π ∫₀ᶻ exp(−t²) dt` */
export const erf: Activation = {
  name: "erf",
  apply: (z) => Math.fround(errorFunction(z)),
  slope: (z) => Math.fround((2 / Math.sqrt(Math.PI)) * Math.exp(-z * z)),
};
