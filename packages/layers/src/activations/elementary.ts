/** Elementary functions as activations. */
import * as op from "@relprop/tensor/program";
import { programActivation, type Activation } from "../layer/activation.ts";

/** `exp(z)` */
export const exp: Activation = programActivation("exp", op.exp, op.exp, { nonnegative: true });

/** `log(z)` */
export const log: Activation = programActivation("log", op.log, op.reciprocal);

/** `√z` */
export const sqrt: Activation = programActivation(
  "sqrt", op.sqrt, (z) => op.divide(0.5, op.sqrt(z)), { nonnegative: true },
);

/** `1 / z` */
export const reciprocal: Activation = programActivation(
  "reciprocal", op.reciprocal, (z) => op.negate(op.square(op.reciprocal(z))),
);

/** `z ^ exponent` */
export function pow(exponent: number): Activation {
  const facts = { parameters: { exponent } };
  if (exponent === 0.5) return programActivation("pow", sqrt.programs!.value.of, sqrt.programs!.slope.of, facts);
  if (Number.isInteger(exponent) && Math.abs(exponent) < 64) {
    return programActivation(
      "pow",
      (z) => op.power(z, exponent),
      (z) => (exponent === 0 ? op.constant(0) : op.multiply(exponent, op.power(z, exponent - 1))),
      facts,
    );
  }
  // Rounded to floats, which agree between engines.
  return {
    name: "pow", ...facts,
    apply: (z) => Math.fround(z ** exponent),
    slope: (z) => Math.fround(exponent * z ** (exponent - 1)),
  };
}
