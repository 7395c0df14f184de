/** What every layer knows: its output shape, its forward pass, and how to send a covector back. */
import type { Shape, Tensor } from "@relprop/tensor";
import type { Activation } from "./activation.ts";

/**
 * What a layer does to its inputs, coarsely; rules and composites ask for this rather than for a kind.
 *
 * - `"linear"`: a weight meets the input (dense, convolutions, elementwise scale).
 * - `"normalization"`: statistics and a scale per channel or group.
 * - `"activation"`: one number at a time, not linear.
 * - `"average"`: weighted means without parameters.
 * - `"route"`: every output element is one of the input elements or a constant: reshaping, maxima, slices, borders.
 * - `"sum"`: inputs, or elements of one, are added up.
 * - `"product"`: inputs are multiplied.
 * - `"recurrent"`: goes through a sequence step by step, and hands states on.
 * - `"other"`: anything else (softmax, …).
 */
export type Role =
  | "linear"
  | "normalization"
  | "activation"
  | "average"
  | "route"
  | "sum"
  | "product"
  | "recurrent"
  | "other";

/** A layer's output at a point, and the way back through that point. */
export interface Linearization {
  readonly output: Tensor;
  /** `s ↦ (∂output/∂inputᵢ)ᵀ s`, one per input, derived by hand. */
  readonly back: (s: Tensor) => readonly Tensor[];
}

/** A box of positions: per spatial axis the first, and the one behind the last; it may reach into the padding. */
export type Region = readonly (readonly [from: number, to: number])[];

/**
 * - `"channelsFirst"`: it takes and makes values with channels behind the batch, `[N, C, …]`.
 * - `"kept"`: every axis of the output is the same axis of the inputs, whatever their extents.
 * - a list: output axis i is input axis `list[i]`.
 */
export type AxisUse = "channelsFirst" | "kept" | readonly number[];

/** What rules and composites ask of a step of a network without knowing its shapes. */
export interface LayerKind {
  /** What it is called: `"Dense"`, `"Conv"`, … Composites select by it. */
  readonly kind: string;
  readonly role: Role;
  /** Whether no output is negative where no input is; absent means nothing is known. */
  readonly keepsSign?: boolean;
  /** Whether each output element depends on one element of each input; absent means not known. */
  readonly elementwise?: boolean;
  /** Whether every output element is an element of its only input: another shape, order or part of it. */
  readonly rearranges?: boolean;
  /**
   * Whether all it does to numbers are kernels and `act`, and which follows from shapes, or is asked by `decide`: small
   * networks of such layers are traced. What a class says so is not inherited.
   */
  readonly traces?: boolean;
  /** What its axes mean; absent means not known. */
  readonly axisUse?: AxisUse | undefined;
}

/** A step of a network. Layers never change after construction. */
export interface Layer extends LayerKind {
  /** The positions of an input of this shape that a box of output positions depends on; absent means not known. */
  reach?(output: Region, input: Shape): Region;
  /** The output's shape for inputs of these shapes; throws a `ShapeError` for inputs the layer does not take. */
  outputShape(...inputs: Shape[]): Shape;
  /** The output for these inputs. */
  forward(...inputs: Tensor[]): Tensor;
  /** The output and the way back. */
  pullback(...inputs: Tensor[]): Linearization;
}

/** A layer whose outputs are exponentials: what its logarithm does is simpler, and has no quotients. */
export interface ExponentialLayer extends Layer {
  /** `(∂ log y / ∂x)ᵀ s` at `y = forward(x)`. */
  logPullback(x: Tensor, y: Tensor, s: Tensor): Tensor;
  /** What relevance is proportional to: x without what masks added; x itself if absent. */
  expansionPoint?(x: Tensor): Tensor;
}

/** Whether a layer knows the way back of its logarithm. */
export function isExponential(layer: LayerKind): layer is ExponentialLayer {
  return "logPullback" in layer;
}

/**
 * `σ(W x + b)`: a layer whose weight a rule may replace. Where it takes `[1, …]` in place of `[n, …]`, it does to each
 * of the n what it does to that one.
 */
export interface AffineLayer extends Layer {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  /** Applied to the sum; relevance rules look at the sum itself. */
  readonly activation: Activation;
  /** The same geometry with other parameters and no activation. */
  withParameters(weight: Tensor, bias: Tensor | undefined): AffineLayer;
  /** `W x + b`. */
  preactivation(x: Tensor): Tensor;
  /** `Wᵀ s` for copies of the output, `[K, …output]`: `[K, …input]`, where `input` is the shape of one. */
  transpose(s: Tensor, input: Shape): Tensor;
  /** The bias as it is added to an output of the given shape, broadcast to it; needs a bias. */
  broadcastBias(output: Shape): Tensor;
}

/** Whether a layer has a weight that rules may replace. */
export function isAffine(layer: LayerKind): layer is AffineLayer {
  return "withParameters" in layer && "weight" in layer;
}

/** Whether the very class of a layer says that it `traces`. */
export function tracesItself(layer: LayerKind): boolean {
  return Object.hasOwn(Object.getPrototypeOf(layer) as object, "traces");
}
