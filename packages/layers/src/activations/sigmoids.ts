/** Smooth activations that level off on both sides. */
import * as op from "@relprop/tensor/program";
import { programActivation, type Activation } from "../layer/activation.ts";

/** `e / (1 + e)²` with `e = exp(−|z|)`: not p (1 − p), which loses all digits where p is near 1. */
const logisticSlope = (z: op.Value): op.Value => {
  const e = op.exp(op.negate(op.abs(z)));
  return op.divide(e, op.square(op.add(1, e)));
};

/** `1 / (1 + exp(−z))` */
export const sigmoid: Activation = programActivation("sigmoid", op.sigmoid, logisticSlope, { nonnegative: true });

/** `tanh(z)` */
export const tanh: Activation = programActivation(
  "tanh", op.tanh, (z) => op.multiply(4, logisticSlope(op.multiply(2, z))),
);

/** `z / (1 + |z|)` */
export const softsign: Activation = programActivation(
  "softsign",
  (z) => op.divide(z, op.add(1, op.abs(z))),
  (z) => op.square(op.reciprocal(op.add(1, op.abs(z)))),
);

/** `2/√π ∫₀ᶻ exp(−t²) dt` */
export const erf: Activation = programActivation(
  "erf", op.erf, (z) => op.multiply(2 / Math.sqrt(Math.PI), op.bellCurve(op.multiply(Math.SQRT2, z))),
);
