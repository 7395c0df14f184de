/** Smooth activations that follow the line on the positive side. */
import * as op from "@relprop/tensor/program";
import { programActivation, type Activation } from "../layer/activation.ts";

/** `x` where z is positive, `y` elsewhere. */
const whereAbove = (z: op.Value, x: op.ValueLike, y: op.ValueLike): op.Value => op.where(op.greater(z, 0), x, y);

/** `z` where positive, `alpha (exp(z) − 1)` elsewhere (Clevert et al. 2016). */
export function elu(alpha = 1): Activation {
  return programActivation(
    "elu",
    (z) => whereAbove(z, z, op.multiply(alpha, op.expMinus1(z))),
    (z) => whereAbove(z, 1, op.multiply(alpha, op.exp(z))),
    { parameters: { alpha } },
  );
}

/** `scale · elu(z)` with the constants that normalise themselves (Klambauer et al. 2017). */
export function selu(alpha = 1.6732632423543772, scale = 1.0507009873554805): Activation {
  return programActivation(
    "selu",
    (z) => whereAbove(z, op.multiply(scale, z), op.multiply(scale * alpha, op.expMinus1(z))),
    (z) => whereAbove(z, scale, op.multiply(scale * alpha, op.exp(z))),
    { parameters: { alpha, scale } },
  );
}

/** `z` where positive, `alpha (exp(z / alpha) − 1)` elsewhere (Barron 2017). */
export function celu(alpha = 1): Activation {
  if (alpha === 0) throw new RangeError("celu: takes alpha other than 0, got 0");
  return programActivation(
    "celu",
    (z) => whereAbove(z, z, op.multiply(alpha, op.expMinus1(op.divide(z, alpha)))),
    (z) => whereAbove(z, 1, op.exp(op.divide(z, alpha))),
    { parameters: { alpha } },
  );
}

/** `z Φ(z)`, Φ the normal distribution function (Hendrycks & Gimpel 2016). */
export const gelu: Activation = programActivation(
  "gelu",
  (z) => op.weighted(z, op.normalCdf(z)),
  (z) => {
    const density = op.multiply(1 / Math.sqrt(2 * Math.PI), op.bellCurve(z));
    return op.add(op.normalCdf(z), op.weighted(z, density));
  },
);

const GELU_RATE = 2 * Math.sqrt(2 / Math.PI);

/** `2 √(2/π) (z + 0.044715 z³)` */
const geluArgument = (z: op.Value): op.Value =>
  op.multiply(z, op.multiplyAdd(0.044715 * GELU_RATE, op.square(z), GELU_RATE));

/** `z (1 + tanh(√(2/π) (z + 0.044715 z³))) / 2`: the approximation of `gelu` from the same paper. */
export const geluTanh: Activation = programActivation(
  "geluTanh",
  // (1 + tanh u) / 2 is the logistic function of 2u.
  (z) => op.weighted(z, op.sigmoid(geluArgument(z))),
  (z) => {
    const u = geluArgument(z);
    const [p, q] = [op.sigmoid(u), op.sigmoid(op.negate(u))];
    const rate = op.multiplyAdd(3 * 0.044715 * GELU_RATE, op.square(z), GELU_RATE);
    return op.add(p, op.weighted(op.multiply(z, rate), op.multiply(p, q)));
  },
);

/** `z / (1 + exp(−z))`, also called swish (Elfwing et al. 2018). */
export const silu: Activation = programActivation(
  "silu",
  (z) => op.weighted(z, op.sigmoid(z)),
  (z) => op.weighted(op.add(1, op.weighted(z, op.sigmoid(op.negate(z)))), op.sigmoid(z)),
);

/** `log(1 + exp(beta z)) / beta`, and `z` itself where `beta z` exceeds the threshold. */
export function softplus(beta = 1, threshold = 20): Activation {
  if (!(beta > 0)) throw new RangeError(`softplus: takes beta > 0, got ${beta}`);
  const beyond = (z: op.Value): op.Value => op.greater(op.multiply(beta, z), threshold);
  return programActivation(
    "softplus",
    (z) => op.where(beyond(z), z, op.divide(op.softplus(op.multiply(beta, z)), beta)),
    (z) => op.where(beyond(z), 1, op.sigmoid(op.multiply(beta, z))),
    { parameters: { beta, threshold }, nonnegative: true },
  );
}

/** `z tanh(log(1 + exp(z)))` (Misra 2019) */
export const mish: Activation = programActivation(
  "mish",
  (z) => op.weighted(z, op.tanh(op.softplus(z))),
  // With q = 1 / (1 + exp(z)): tanh(log(1 + exp(z))) is (1 − q²) / (1 + q²), and 1 minus its square 4 q² / (1 + q²)².
  (z) => {
    const square = op.square(op.sigmoid(op.negate(z)));
    const sum = op.add(1, square);
    const inner = op.divide(op.multiply(4, square), op.square(sum));
    return op.add(op.tanh(op.softplus(z)), op.weighted(z, op.multiply(inner, op.sigmoid(z))));
  },
);
