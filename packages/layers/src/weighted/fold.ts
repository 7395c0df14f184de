/** Folding a scale and a shift per channel into the layer before or after it. */
import { empty, keep, zeros, type Tensor } from "@relprop/tensor";
import type { AffineLayer, LayerKind } from "../layer/layer.ts";

/** An affine layer that can take up a scale and a shift per channel. */
export interface FoldableLayer extends AffineLayer {
  /**
   * Whether its channels stand at the last axis instead of axis 1. For values of more than two axes these differ, and
   * what is folded in must stand at the last as well.
   */
  readonly channelsLast?: boolean;
  /** The number of its output channels; `undefined` where the input decides. */
  readonly outputChannels: number | undefined;
  /** How many axes its output has; `undefined` where the input decides. */
  readonly rank: number | undefined;
  /** The layer that computes `scale ⊙ (W x + b) + shift`, per output channel; `undefined` where there is none. */
  foldAfter(scale: Tensor, shift: Tensor | undefined): AffineLayer | undefined;
  /** The layer that computes `W (scale ⊙ x + shift) + b`, per input channel; `undefined` where there is none. */
  foldBefore(scale: Tensor, shift: Tensor | undefined): AffineLayer | undefined;
}

/** A scale and a shift per channel, `[C]` both. */
export interface ChannelScale {
  readonly scale: Tensor;
  readonly shift: Tensor | undefined;
}

/** An affine layer that scales and shifts every element by itself. */
export interface ElementwiseAffine extends AffineLayer {
  /**
   * Weight and bias as one number for each of `channels` at this axis of values of `rank` axes; `undefined` where they
   * differ along another axis.
   */
  perChannel(axis: number, rank: number, channels: number): ChannelScale | undefined;
}

/** Whether a layer scales and shifts every element by itself. */
export function isElementwiseAffine(layer: LayerKind): layer is ElementwiseAffine {
  return "perChannel" in layer;
}

/** Whether a layer can take up a scale and a shift. */
export function isFoldable(layer: LayerKind): layer is FoldableLayer {
  return "foldAfter" in layer && "foldBefore" in layer;
}

/** `out[i] ← weight[i] · scale[channelOf(i)]` */
export function scaledWeight(weight: Tensor, scale: Tensor, channelOf: (index: number) => number): Tensor {
  const factors = Float32Array.from(scale.data);
  const scaled = (start: number, from: Float32Array, out: Float32Array): void => {
    for (let i = 0; i < out.length; i++) out[i] = from[i]! * factors[channelOf(start + i)]!;
  };
  return weight.through?.((part, start) => scaled(start, part, part)) ?? keep(() => {
    const out = empty(weight.shape);
    scaled(0, weight.data, out.data);
    return out;
  });
}

/** `bias · scale + shift`, each absent one counting as nothing. */
export function scaledBias(bias: Tensor | undefined, scale: Tensor, shift: Tensor | undefined): Tensor {
  return keep(() => {
    const out = zeros([scale.size]);
    for (let c = 0; c < scale.size; c++) out.data[c] = (bias?.data[c] ?? 0) * scale.data[c]! + (shift?.data[c] ?? 0);
    return out;
  });
}

/** `bias[o] + Σ weight[i] shift[input channel]` over the weights `i` of output channel `o`. */
export function shiftedBias(
  outputs: number,
  bias: Tensor | undefined,
  weight: Tensor,
  shift: Tensor | undefined,
  channels: { readonly output: (index: number) => number; readonly input: (index: number) => number },
): Tensor | undefined {
  if (shift === undefined) return bias;
  const sums = Float64Array.from({ length: outputs }, (_, o) => bias?.data[o] ?? 0);
  const { data } = weight;
  for (let i = 0; i < data.length; i++) sums[channels.output(i)]! += data[i]! * shift.data[channels.input(i)]!;
  return keep(() => {
    const out = zeros([outputs]);
    out.data.set(sums);
    return out;
  });
}
