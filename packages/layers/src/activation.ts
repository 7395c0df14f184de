/** Activation functions and their slopes, as data. */
import { empty, kernels, map, type Tensor } from "@relprop/tensor";

/** A function of one number, applied to every element. */
export interface Activation {
  /** What `activationByName` finds it by. */
  readonly name: string;
  /** The numbers it was made with; absent if it takes none. */
  readonly parameters?: Readonly<Record<string, number>>;
  readonly apply: (z: number) => number;
  /** The derivative; at a kink, the value frameworks use (0 for `relu` at 0). */
  readonly slope: (z: number) => number;
  /** Whether no value is negative. */
  readonly nonnegative?: boolean;
}

/** `z` */
export const identity: Activation = { name: "identity", apply: (z) => z, slope: () => 1 };

/** `max(z, 0)` */
export const relu: Activation = {
  name: "relu",
  apply: (z) => (z < 0 ? 0 : z),
  slope: (z) => (z > 0 ? 1 : 0),
  nonnegative: true,
};

/** `σ(z)` for every element; the tensor itself for `identity`. */
export function activate(activation: Activation, z: Tensor): Tensor {
  if (activation === identity) return z;
  if (activation === relu) {
    const out = empty(z.shape);
    kernels().relu(z.data, out.data);
    return out;
  }
  return map(z, activation.apply);
}

/** `s ⊙ σ′(z)`, 0 where s is 0; `s` itself for `identity`. */
export function activationPullback(activation: Activation, z: Tensor, s: Tensor): Tensor {
  if (activation === identity) return s;
  const { slope } = activation;
  return map(s, (value, index) => (value === 0 ? 0 : value * slope(z.data[index]!)));
}
