/** The elementwise affine layer. */
import {
  broadcastShape, checkTensor, empty, evaluate, formatShape, full, keep, optionsOf, rowKernels, sameShape,
  ShapeError, sizeOf, sumTo, unbounded, type Bounds, type Shape, type Tensor,
} from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { identity, type Activation } from "../layer/activation.ts";
import { Affine } from "./affine.ts";
import type { ChannelScale, ElementwiseAffine, FoldableLayer, WeightChannels } from "./fold.ts";
import type { AxisUse, Region } from "../layer/layer.ts";

/** What a `Scale` may be given besides its weight. */
export interface ScaleOptions {
  /** As many dimensions as the weight; where extents differ, one of them is 1. */
  readonly bias?: Tensor | undefined;
  /**
   * The input's axis at which the first axis of weight and bias stands, from the end if negative. By default the last
   * axes meet.
   */
  readonly axis?: number | undefined;
  readonly activation?: Activation;
  /** Whether an input is repeated along axes where its extent is 1 and theirs is not, instead of being refused. */
  readonly repeats?: boolean;
}

/**
 * `σ(w ⊙ x + b)`, weight and bias repeated along the axes they lack and along those where their extent is 1; told so
 * (`repeats`), the input too along those where its extent is 1.
 *
 * `new Scale(w)` with w `[F]` scales the features of `[N, …, F]`, `new Scale(w, { axis: 1 })` with w `[C]` the channels
 * of `[N, C, …]`.
 */
export class Scale extends Affine implements FoldableLayer, ElementwiseAffine {
  readonly kind: string = "Scale";
  readonly axisUse: AxisUse = "kept";
  readonly axis: number;
  readonly repeats: boolean;
  /** The extents that weight and bias have together. */
  readonly #extents: Shape;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(weight: Tensor, options: ScaleOptions = {}) {
    optionsOf("Scale", options);
    checkTensor("Scale weight", weight);
    const rank = weight.shape.length;
    const { bias, axis = rank === 0 ? 1 : -rank, activation = identity, repeats = false } = options;
    if (!Number.isInteger(axis) || (axis < 0 && axis + rank > 0)) {
      throw new ShapeError(`Scale: takes an axis >= 0, or <= ${-rank} from the end, got ${axis}`);
    }
    if (bias !== undefined) checkTensor("Scale bias", bias);
    if (bias !== undefined && bias.shape.length !== rank) {
      throw new ShapeError(`Scale: takes a bias of ${rank} dimensions like its weight, got ${formatShape(bias.shape)}`);
    }
    super(weight, bias, activation);
    this.axis = axis;
    this.repeats = repeats;
    this.#extents = broadcastShape("Scale weight and bias", weight.shape, bias?.shape ?? weight.shape);
  }

  outputShape(input: Shape): Shape {
    const first = this.#first(input);
    const fits = this.#extents.length === 0 || (first >= 0 && input.length >= first + this.#extents.length &&
      this.#extents.every((extent, i) =>
        extent === 1 || extent === input[first + i] || (this.repeats && input[first + i] === 1)));
    if (!fits) {
      const where =
        this.axis < 0
          ? `ending in ${formatShape(this.#extents)}`
          : `with ${formatShape(this.#extents)} at axis ${first}`;
      throw new ShapeError(`${this.kind}: takes inputs ${where}, got ${formatShape(input)}`);
    }
    const wide = input.map((extent, i) => (extent === 1 ? this.#extents[i - first] ?? 1 : extent));
    return sameShape(wide, input) ? input : wide;
  }

  reach(output: Region): Region {
    return output;
  }

  get channels(): WeightChannels | undefined {
    const { axis, weight: { shape, size }, bias } = this;
    return axis === 1 && shape.length === 1 && (bias?.size ?? size) === size ? { first: "both" } : undefined;
  }

  get rank(): undefined {
    return undefined;
  }

  withParameters(weight: Tensor, bias: Tensor | undefined, activation: Activation = identity): Scale {
    return new Scale(weight, { ...this, bias, activation });
  }

  preactivation(x: Tensor): Tensor {
    return this.clipped(x, unbounded);
  }

  override clipped(x: Tensor, bounds: Bounds): Tensor {
    this.outputShape(x.shape);
    const { weight, bias } = this;
    const inner = this.#inner(x.shape);
    if (inner !== undefined) return scaleRows(x, inner, weight, bias, bounds);
    const scale = this.#aligned(weight, x.shape);
    const z = bias === undefined
      ? evaluate(scaled, x, scale)
      : evaluate(scaledAndShifted, x, scale, this.#aligned(bias, x.shape));
    return bounds === unbounded ? z : evaluate(clipped, z, full([], bounds.min), full([], bounds.max));
  }

  transpose(s: Tensor, input: Shape): Tensor {
    const inner = this.#inner(input);
    if (inner !== undefined) return scaleRows(s, inner, this.weight, undefined, unbounded);
    const back = evaluate(scaled, s, this.#aligned(this.weight, input));
    return sumTo(back, [...s.shape.slice(0, s.shape.length - input.length), ...input]);
  }

  /** How many neighbours share a number, where that is enough for rows of them. */
  #inner(input: Shape): number | undefined {
    const own = this.#extents.findLastIndex((extent) => extent !== 1) + 1;
    const inner = sizeOf(input.slice(this.#first(input) + own));
    const size = sizeOf(this.#extents);
    const isWhole = this.weight.size === size && (this.bias?.size ?? size) === size;
    // Axes between the first and the last of them that they repeat along would break the order of the rows.
    const from = this.#extents.findIndex((extent) => extent !== 1);
    const follows = this.#extents.slice(0, own).every((extent, i) =>
      i < from || extent === input[this.#first(input) + i]);
    return isWhole && follows && inner >= leastInner ? inner : undefined;
  }

  perChannel(axis: number, rank: number, channels: number): ChannelScale | undefined {
    const first = this.axis < 0 ? rank + this.axis : this.axis;
    const fits = this.#extents.every((extent, i) => extent === 1 || (first + i === axis && extent === channels));
    if (!fits) return undefined;
    const spread = ({ data, size }: Tensor): Tensor => keep(() => {
      const out = empty([channels]);
      for (let c = 0; c < channels; c++) out.data[c] = data[size === 1 ? 0 : c]!;
      return out;
    });
    return { scale: spread(this.weight), shift: this.bias === undefined ? undefined : spread(this.bias) };
  }

  protected alignedBias(bias: Tensor, output: Shape): Tensor {
    return this.#aligned(bias, output);
  }

  /** The input's axis at which the first axis of the weight stands. */
  #first(input: Shape): number {
    return this.axis < 0 ? input.length + this.axis : this.axis;
  }

  /** A parameter with its extents where the input has them, ready to be broadcast. */
  #aligned(parameter: Tensor, input: Shape): Tensor {
    const own = this.#extents.findLastIndex((extent) => extent !== 1) + 1;
    if (own === 0) return parameter.reshape([]);
    const behind = input.length - this.#first(input) - own;
    return parameter.reshape([...parameter.shape.slice(0, own), ...new Array<number>(behind).fill(1)]);
  }
}

const leastInner = 4;

/** `weight · x + bias` of rows of `inner` elements. */
function scaleRows(
  x: Tensor, inner: number, weight: Tensor, bias: Tensor | undefined, bounds: Bounds,
): Tensor {
  const out = empty(x.shape);
  rowKernels().scaleRows(x.size / inner, x.data, weight.data, bias?.data, out.data, bounds);
  return out;
}

const clipped = op.program(3, (x, low, high) => op.clamp(x, low, high));
const scaled = op.program(2, (x, weight) => op.multiply(weight, x));
const scaledAndShifted = op.program(3, (x, weight, bias) => op.multiplyAdd(weight, x, bias));
