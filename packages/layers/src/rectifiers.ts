/** Activations made of straight pieces. */
import type { Activation } from "./activation.ts";

/** `z` where positive, `slope · z` elsewhere (Maas et al. 2013). */
export function leakyRelu(slope = 0.01): Activation {
  return {
    name: "leakyRelu", parameters: { slope },
    apply: (z) => (z > 0 ? z : slope * z),
    slope: (z) => (z > 0 ? 1 : slope),
  };
}

/** `min(max(z, 0), 6)` */
export const relu6: Activation = {
  name: "relu6",
  apply: (z) => Math.min(Math.max(z, 0), 6),
  slope: (z) => (z > 0 && z < 6 ? 1 : 0),
  nonnegative: true,
};

/** `z` where above `threshold`, `value` elsewhere. */
export function threshold(threshold: number, value = 0): Activation {
  return {
    name: "threshold", parameters: { threshold, value },
    apply: (z) => (z <= threshold ? value : z),
    slope: (z) => (z > threshold ? 1 : 0),
    nonnegative: threshold >= 0 && value >= 0,
  };
}

/** `min(max(z, min), max)`, flat from its bounds on. */
export function hardtanh(min: number = -1, max: number = 1): Activation {
  checkBounds("hardtanh", min, max);
  return {
    name: "hardtanh", parameters: { min, max },
    apply: (z) => Math.min(Math.max(z, min), max),
    slope: (z) => (z > min && z < max ? 1 : 0),
    nonnegative: min >= 0,
  };
}

/** `min(max(z, min), max)`, flat beyond its bounds. */
export function clip(min: number = -Infinity, max: number = Infinity): Activation {
  checkBounds("clip", min, max);
  return {
    name: "clip", parameters: { min, max },
    apply: (z) => Math.min(Math.max(z, min), max),
    slope: (z) => (z >= min && z <= max ? 1 : 0),
    nonnegative: min >= 0,
  };
}

/** `min(max(alpha z + beta, 0), 1)`; 1/6 and 1/2 as in PyTorch (ONNX: 0.2 and 0.5). */
export function hardSigmoid(alpha: number = 1 / 6, beta = 0.5): Activation {
  return {
    name: "hardSigmoid", parameters: { alpha, beta },
    apply: (z) => Math.min(Math.max(alpha * z + beta, 0), 1),
    slope: (z) => {
      const line = alpha * z + beta;
      return line > 0 && line < 1 ? alpha : 0;
    },
    nonnegative: true,
  };
}

/** `z · min(max(z / 6 + 1/2, 0), 1)` (Howard et al. 2019) */
export const hardSwish: Activation = {
  name: "hardSwish",
  apply: (z) => z * Math.min(Math.max(z / 6 + 0.5, 0), 1),
  slope: (z) => (z < -3 ? 0 : z <= 3 ? z / 3 + 0.5 : 1),
};

/** `|z|` */
export const abs: Activation = { name: "abs", apply: Math.abs, slope: Math.sign, nonnegative: true };

function checkBounds(who: string, min: number, max: number): void {
  if (!(min <= max)) throw new RangeError(`${who}: takes min <= max, got ${min} and ${max}`);
}
