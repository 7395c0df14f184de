/** Batch normalisation at inference: an affine map per channel. */
import { checkTensor, formatShape, ShapeError, Tensor } from "@relprop/tensor";
import type { Activation } from "../layer/activation.ts";
import type { AxisUse, Role } from "../layer/layer.ts";
import { Scale } from "./scale.ts";

/** What a `BatchNorm` is made of; all tensors are `[C]`. */
export interface BatchNormParameters {
  /** γ; 1 if absent. */
  readonly gamma?: Tensor | undefined;
  /** β; 0 if absent. */
  readonly beta?: Tensor | undefined;
  /** The running mean μ. */
  readonly mean: Tensor;
  /** The running variance σ². */
  readonly variance: Tensor;
  /** `1e-5` by default. */
  readonly epsilon?: number;
  readonly activation?: Activation;
}

/**
 * `γ (x − μ) / √(σ² + ε) + β` along axis 1, with the statistics of training (Ioffe & Szegedy 2015).
 *
 * As an affine layer its weight is `γ / √(σ² + ε)` and its bias `β − μ · weight`, both `[C]`.
 */
export class BatchNorm extends Scale {
  override readonly kind = "BatchNorm";
  override readonly role: Role = "normalization";
  override readonly axisUse: AxisUse = "channelsFirst";
  readonly gamma: Tensor | undefined;
  readonly beta: Tensor | undefined;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly epsilon: number;

  constructor(parameters: BatchNormParameters) {
    const { gamma, beta, mean, variance, epsilon = 1e-5, activation } = Object(parameters) as BatchNormParameters;
    for (const [name, parameter] of Object.entries({ gamma, beta, mean, variance })) {
      const isNeeded = name === "mean" || name === "variance";
      if (parameter !== undefined || isNeeded) checkTensor(`BatchNorm ${name}`, parameter);
    }
    const channels = mean.size;
    for (const [name, parameter] of Object.entries({ gamma, beta, mean, variance })) {
      if (parameter !== undefined && (parameter.shape.length !== 1 || parameter.size !== channels)) {
        throw new ShapeError(`BatchNorm: takes ${name} [${channels}], got ${formatShape(parameter.shape)}`);
      }
    }
    if (!(epsilon >= 0)) throw new RangeError(`BatchNorm: takes epsilon >= 0, got ${epsilon}`);
    const weight = Float64Array.from(variance.data, (v, c) => (gamma?.data[c] ?? 1) / Math.sqrt(v + epsilon));
    const bias = Float32Array.from(weight, (w, c) => (beta?.data[c] ?? 0) - mean.data[c]! * w);
    super(new Tensor([channels], Float32Array.from(weight)), {
      bias: new Tensor([channels], bias),
      axis: 1,
      ...(activation === undefined ? {} : { activation }),
    });
    this.gamma = gamma;
    this.beta = beta;
    this.mean = mean;
    this.variance = variance;
    this.epsilon = epsilon;
  }
}
