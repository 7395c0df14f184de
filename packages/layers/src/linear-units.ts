/**
 * Smooth activations that follow the line on the positive side. Values are rounded to floats, so that they agree
 * between engines.
 */
import type { Activation } from "./activation.ts";
import { normalCdf } from "./erf.ts";
import { logistic } from "./sigmoids.ts";

/** `z` where positive, `alpha (exp(z) − 1)` elsewhere (Clevert et al. 2016). */
export function elu(alpha = 1): Activation {
  return {
    name: "elu", parameters: { alpha },
    apply: (z) => (z > 0 ? z : Math.fround(alpha * Math.expm1(z))),
    slope: (z) => (z > 0 ? 1 : Math.fround(alpha * Math.exp(z))),
  };
}

/** `scale · elu(z)` with the constants that normalise themselves (Klambauer et al. 2017). */
export function selu(alpha = 1.6732632423543772, scale = 1.0507009873554805): Activation {
  return {
    name: "selu", parameters: { alpha, scale },
    apply: (z) => Math.fround(scale * (z > 0 ? z : alpha * Math.expm1(z))),
    slope: (z) => Math.fround(scale * (z > 0 ? 1 : alpha * Math.exp(z))),
  };
}

/** `z` where positive, `alpha (exp(z / alpha) − 1)` elsewhere (Barron 2017). */
export function celu(alpha = 1): Activation {
  if (alpha === 0) throw new RangeError("celu: takes alpha other than 0, got 0");
  return {
    name: "celu", parameters: { alpha },
    apply: (z) => (z > 0 ? z : Math.fround(alpha * Math.expm1(z / alpha))),
    slope: (z) => (z > 0 ? 1 : Math.fround(Math.exp(z / alpha))),
  };
}

/** `z Φ(z)`, Φ the normal distribution function (Hendrycks & Gimpel 2016). */
export const gelu: Activation = {
  name: "gelu",
  apply: (z) => Math.fround(z * normalCdf(z)),
  slope: (z) => Math.fround(normalCdf(z) + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)),
};

/** `z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2`: the approximation of `gelu` from the same paper. */
export const geluTanh: Activation = {
  name: "geluTanh",
  // (1 + tanh u) / 2 is the logistic function of 2u.
  apply: (z) => Math.fround(z * logistic(GELU_RATE * (z + 0.044715 * z ** 3))),
  slope: (z) => {
    const u = GELU_RATE * (z + 0.044715 * z ** 3);
    const p = logistic(u);
    return Math.fround(p + z * p * logistic(-u) * GELU_RATE * (1 + 3 * 0.044715 * z * z));
  },
};

const GELU_RATE = 2 * Math.sqrt(2 / Math.PI);

/** `z / (1 + exp(−z))`, also called swish (Elfwing et al. 2018). */
export const silu: Activation = {
  name: "silu",
  apply: (z) => Math.fround(z * logistic(z)),
  slope: (z) => Math.fround(logistic(z) * (1 + z * logistic(-z))),
};

/** `log(1 + exp(beta z)) / beta`, and `z` itself where `beta z` exceeds the threshold. */
export function softplus(beta = 1, threshold = 20): Activation {
  if (!(beta > 0)) throw new RangeError(`softplus: takes beta > 0, got ${beta}`);
  return {
    name: "softplus", parameters: { beta, threshold },
    apply: (z) => (beta * z > threshold ? z : Math.fround(Math.log1p(Math.exp(beta * z)) / beta)),
    slope: (z) => (beta * z > threshold ? 1 : Math.fround(logistic(beta * z))),
    nonnegative: true,
  };
}

/** `z tanh(log(1 + exp(z)))` (Misra 2019) */
export const mish: Activation = {
  name: "mish",
  apply: (z) => Math.fround(z * Math.tanh(z > 20 ? z : Math.log1p(Math.exp(z)))),
  slope: (z) => {
    const t = Math.tanh(z > 20 ? z : Math.log1p(Math.exp(z)));
    return Math.fround(t + z * (1 - t * t) * logistic(z));
  },
};
