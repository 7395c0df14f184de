/** Activations made of straight pieces. */
import * as op from "@relprop/tensor/program";
import { programActivation, type Activation } from "../layer/activation.ts";

/** 1 strictly between the bounds, 0 elsewhere. */
const between = (z: op.Value, min: number, max: number): op.Value =>
  op.multiply(op.greater(z, min), op.less(z, max));

/** `z` where positive, `slope · z` elsewhere (Maas et al. 2013). */
export function leakyRelu(slope = 0.01): Activation {
  return programActivation(
    "leakyRelu",
    (z) => op.where(op.greater(z, 0), z, op.multiply(slope, z)),
    (z) => op.where(op.greater(z, 0), 1, slope),
    { parameters: { slope } },
  );
}

/** `min(max(z, 0), 6)` */
export const relu6: Activation = programActivation(
  "relu6", (z) => op.clamp(z, 0, 6), (z) => between(z, 0, 6), { nonnegative: true, bounds: { min: 0, max: 6 } },
);

/** `z` where above `threshold`, `value` elsewhere. */
export function threshold(threshold: number, value = 0): Activation {
  return programActivation(
    "threshold",
    (z) => op.where(op.lessOrEqual(z, threshold), value, z),
    (z) => op.greater(z, threshold),
    { parameters: { threshold, value }, nonnegative: threshold >= 0 && value >= 0 },
  );
}

/** `min(max(z, min), max)`, flat from its bounds on. */
export function hardtanh(min: number = -1, max: number = 1): Activation {
  checkBounds("hardtanh", min, max);
  return programActivation(
    "hardtanh",
    (z) => op.clamp(z, min, max),
    (z) => between(z, min, max),
    { parameters: { min, max }, nonnegative: min >= 0, bounds: { min: Math.fround(min), max: Math.fround(max) } },
  );
}

/** `min(max(z, min), max)`, flat beyond its bounds. */
export function clip(min: number = -Infinity, max: number = Infinity): Activation {
  checkBounds("clip", min, max);
  return programActivation(
    "clip",
    (z) => op.clamp(z, min, max),
    (z) => op.multiply(op.greaterOrEqual(z, min), op.lessOrEqual(z, max)),
    { parameters: { min, max }, nonnegative: min >= 0, bounds: { min: Math.fround(min), max: Math.fround(max) } },
  );
}

/** `min(max(alpha z + beta, 0), 1)`; 1/6 and 1/2 as in PyTorch (ONNX: 0.2 and 0.5). */
export function hardSigmoid(alpha: number = 1 / 6, beta = 0.5): Activation {
  const line = (z: op.Value): op.Value => op.multiplyAdd(alpha, z, beta);
  return programActivation(
    "hardSigmoid",
    (z) => op.clamp(line(z), 0, 1),
    (z) => op.multiply(alpha, between(line(z), 0, 1)),
    { parameters: { alpha, beta }, nonnegative: true },
  );
}

/** `z · min(max(z + 3, 0), 6) / 6` (Howard et al. 2019) */
export const hardSwish: Activation = programActivation(
  "hardSwish",
  (z) => op.weighted(z, op.multiply(1 / 6, op.clamp(op.add(z, 3), 0, 6))),
  (z) => op.where(op.less(z, -3), 0, op.where(op.lessOrEqual(z, 3), op.multiplyAdd(1 / 3, z, 0.5), 1)),
);

/** `|z|` */
export const abs: Activation = programActivation("abs", op.abs, op.sign, { nonnegative: true });

function checkBounds(who: string, min: number, max: number): void {
  if (!(min <= max)) throw new RangeError(`${who}: takes min <= max, got ${min} and ${max}`);
}
