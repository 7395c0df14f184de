/** Folding a scale and a shift per channel into the layer before or after it. */
import { empty, keep, zeros, type Tensor } from "@relprop/tensor";
import type { Activation } from "../layer/activation.ts";
import { isAffine, type AffineLayer, type LayerKind } from "../layer/layer.ts";

/** How a weight lies: which of its axes are channels. */
export interface WeightChannels {
  /**
   * `"outputs"`: outputs first, then the inputs of a group, then taps; `"inputs"`: the other way round; `"both"`: a
   * number per channel.
   */
  readonly first: "outputs" | "inputs" | "both";
  /** How many groups of channels are apart; 1 if absent. */
  readonly groups?: number;
  /** Whether some output does not read all of its weights, so that a shift of the input is none of the bias. */
  readonly pads?: boolean;
}

/** An affine layer that can take up a scale and a shift per channel. */
export interface FoldableLayer extends AffineLayer {
  /**
   * Whether its channels stand at the last axis instead of axis 1. For values of more than two axes these differ, and
   * what is folded in must stand at the last as well.
   */
  readonly channelsLast?: boolean;
  /** How many axes its output has; `undefined` where the input decides. */
  readonly rank: number | undefined;
  /** `undefined` where its weight is not per channel. */
  readonly channels: WeightChannels | undefined;
  withParameters(weight: Tensor, bias: Tensor | undefined, activation?: Activation): AffineLayer;
}

/** The channels of the numbers of a weight, by their position. */
interface Channels {
  readonly outputs: number;
  readonly inputs: number;
  output(at: number): number;
  input(at: number): number;
}

function channelsOf({ weight: { shape, size }, channels }: FoldableLayer): Channels | undefined {
  if (channels === undefined) return undefined;
  const { first, groups = 1 } = channels;
  if (first === "both") return { outputs: size, inputs: size, output: (at) => at, input: (at) => at };
  const [count, perGroup] = shape as [number, number];
  const filter = size / count;
  const outer = (at: number): number => Math.floor(at / filter);
  const inner = (at: number): number =>
    Math.floor((outer(at) * groups) / count) * perGroup + Math.floor(((at % filter) * perGroup) / filter);
  return first === "outputs"
    ? { outputs: count, inputs: perGroup * groups, output: outer, input: inner }
    : { outputs: perGroup * groups, inputs: count, output: inner, input: outer };
}

/** How many channels a layer makes; `undefined` where its weight is not per channel. */
export function outputChannels(layer: FoldableLayer): number | undefined {
  return channelsOf(layer)?.outputs;
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
  return isAffine(layer) && "channels" in layer;
}

/** The layer that computes `scale ⊙ (W x + b) + shift`, per output channel; `undefined` where there is none. */
export function foldAfter(layer: FoldableLayer, scale: Tensor, shift: Tensor | undefined): AffineLayer | undefined {
  const { weight, activation } = layer;
  const channels = channelsOf(layer);
  if (channels?.outputs !== scale.size) return undefined;
  const bias = scaledBias(layer.bias, scale, shift);
  return layer.withParameters(scaledWeight(weight, scale, channels.output), bias, activation);
}

/** The layer that computes `W (scale ⊙ x + shift) + b`, per input channel; `undefined` where there is none. */
export function foldBefore(layer: FoldableLayer, scale: Tensor, shift: Tensor | undefined): AffineLayer | undefined {
  const { weight, activation } = layer;
  const channels = channelsOf(layer);
  if (channels?.inputs !== scale.size) return undefined;
  const shifts = shift?.data.some((value) => value !== 0) === true;
  if (shifts && layer.channels?.pads === true) return undefined;
  const bias = shifts ? shiftedBias(layer.bias, weight, shift, channels) : layer.bias;
  return layer.withParameters(scaledWeight(weight, scale, channels.input), bias, activation);
}

/** `out[i] ← weight[i] · scale[channelOf(i)]` */
function scaledWeight(weight: Tensor, scale: Tensor, channelOf: (index: number) => number): Tensor {
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
function scaledBias(bias: Tensor | undefined, scale: Tensor, shift: Tensor | undefined): Tensor {
  return keep(() => {
    const out = zeros([scale.size]);
    for (let c = 0; c < scale.size; c++) out.data[c] = (bias?.data[c] ?? 0) * scale.data[c]! + (shift?.data[c] ?? 0);
    return out;
  });
}

/** `bias[o] + Σ weight[i] shift[input channel]` over the weights `i` of output channel `o`. */
function shiftedBias(bias: Tensor | undefined, weight: Tensor, shift: Tensor, channels: Channels): Tensor {
  const sums = Float64Array.from({ length: channels.outputs }, (_, o) => bias?.data[o] ?? 0);
  const { data } = weight;
  for (let i = 0; i < data.length; i++) sums[channels.output(i)]! += data[i]! * shift.data[channels.input(i)]!;
  return keep(() => {
    const out = zeros([channels.outputs]);
    out.data.set(sums);
    return out;
  });
}
