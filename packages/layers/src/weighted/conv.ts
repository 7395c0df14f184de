/** Convolution (cross-correlation, as in every current framework) in one to three dimensions. */
import {
  empty, formatShape, kernels, optionsOf, ShapeError, weightsOf, type Bounds, type ConvGeometry, type Shape,
  type Tensor,
} from "@relprop/tensor";
import { identity, type Activation } from "../layer/activation.ts";
import { Affine, checkBias } from "./affine.ts";
import type { FoldableLayer, WeightChannels } from "./fold.ts";
import { ForShape } from "../model/for-shape.ts";
import type { Region } from "../layer/layer.ts";
import {
  checkSpatialRank, extent3, paddingPairs, perAxis, samePadding, spatialAxes,
  type Padding, type PerAxis, type SamePadding,
} from "../pools/window.ts";

/** What a `Conv` may be given besides its weight; missing values are stride 1, padding 0, dilation 1, groups 1. */
export interface ConvOptions {
  /** `[out]` */
  readonly bias?: Tensor | undefined;
  readonly stride?: PerAxis;
  readonly padding?: Padding;
  /** Padding that follows from the input's extents, instead of `padding`. */
  readonly same?: SamePadding | undefined;
  readonly dilation?: PerAxis;
  readonly groups?: number;
  readonly activation?: Activation;
}

/**
 * `σ(W ⋆ x + b)`: weight `[out, in / groups, …kernel]`, input `[N, in, …spatial]`, output `[N, out, …spatial]`.
 *
 * The kernel is not flipped: this is what Flux calls `CrossCor` and PyTorch calls `Conv`. Zeros are padded.
 */
export class Conv extends Affine implements FoldableLayer {
  readonly kind = "Conv";
  readonly axisUse = "channelsFirst";
  readonly stride: readonly number[];
  /** Zeros before and after each axis; all 0 where `same` decides. */
  readonly padding: readonly (readonly [number, number])[];
  readonly same: SamePadding | undefined;
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly #geometry: ForShape<ConvGeometry>;
  readonly #output: ForShape<Shape>;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(weight: Tensor, options: ConvOptions = {}) {
    optionsOf("Conv", options);
    const { bias, stride = 1, padding = 0, dilation = 1, groups = 1, activation = identity } = options;
    const rank = (weight?.shape?.length ?? 2) - 2;
    checkSpatialRank("Conv weight", rank);
    const out = weight.shape[0]!;
    if (!Number.isInteger(groups) || groups < 1 || out % groups !== 0) {
      throw new ShapeError(`Conv: takes groups that divide ${out} output channels, got ${groups}`);
    }
    checkBias("Conv", bias, [out]);
    super(weight, bias, activation);
    this.stride = perAxis("Conv stride", stride, rank, 1);
    this.padding = paddingPairs("Conv padding", padding, rank);
    this.same = options.same;
    this.dilation = perAxis("Conv dilation", dilation, rank, 1);
    this.groups = groups;
    this.#output = new ForShape((input) => this.#shape(input));
    this.#geometry = new ForShape((input) => {
      const padding = this.#padding(input);
      return convGeometry({ ...this, padding }, input, this.outputShape(input));
    });
  }

  outputShape(input: Shape): Shape {
    return this.#output.get(input);
  }

  #shape(input: Shape): Shape {
    const [out, perGroup, ...kernel] = this.weight.shape as [number, number, ...number[]];
    const [batch, channels, ...spatial] = input;
    if (channels !== perGroup * this.groups || spatial.length !== kernel.length) {
      throw new ShapeError(
        `Conv: takes [N, ${perGroup * this.groups}, ${spatialAxes(kernel.length)}], got ${formatShape(input)}`,
      );
    }
    const padding = this.#padding(input);
    const extents = spatial.map((extent, axis) => {
      const [before, after] = padding[axis]!;
      const reach = (kernel[axis]! - 1) * this.dilation[axis]! + 1;
      return Math.floor((extent + before + after - reach) / this.stride[axis]!) + 1;
    });
    if (!extents.every((extent) => extent >= 1)) {
      throw new ShapeError(
        `Conv: takes inputs at least as large as its kernel ${formatShape(kernel)}, got ${formatShape(input)}`,
      );
    }
    return [batch!, out, ...extents];
  }

  /** Zeros before and after each axis for an input of this shape. */
  #padding(input: Shape): readonly (readonly [number, number])[] {
    const { same, weight, stride, dilation } = this;
    if (same === undefined) return this.padding;
    return stride.map((step, axis) =>
      samePadding(same, input[axis + 2]!, weight.shape[axis + 2]!, step, dilation[axis]!));
  }

  reach(output: Region, input: Shape): Region {
    const kernel = this.weight.shape.slice(2);
    const padding = this.#padding(input);
    return output.map(([from, to], axis) => {
      const [stride, [before]] = [this.stride[axis]!, padding[axis]!];
      const last = (to - 1) * stride - before + (kernel[axis]! - 1) * this.dilation[axis]!;
      return [from * stride - before, last + 1];
    });
  }

  get channels(): WeightChannels {
    const { groups, padding, same } = this;
    return { first: "outputs", groups, pads: same !== undefined || padding.flat().some((extent) => extent > 0) };
  }

  get rank(): number {
    return this.weight.shape.length;
  }

  withParameters(weight: Tensor, bias: Tensor | undefined, activation: Activation = identity): Conv {
    return new Conv(weight, { ...this, bias, activation });
  }

  preactivation(x: Tensor): Tensor {
    return this.clipped(x);
  }

  override clipped(x: Tensor, bounds?: Bounds): Tensor {
    const z = empty(this.outputShape(x.shape));
    kernels().conv(this.#geometry.get(x.shape), x.data, weightsOf(this.weight), this.bias?.data, z.data, bounds);
    return z;
  }

  transpose(s: Tensor, input: Shape): Tensor {
    const result = empty([s.shape[0]!, ...input]);
    const merged = this.#geometry.get([s.shape[0]! * input[0]!, ...input.slice(1)]);
    kernels().convTransposed(merged, s.data, weightsOf(this.weight), result.data);
    return result;
  }

  protected alignedBias(bias: Tensor): Tensor {
    return bias.reshape([bias.size, ...this.stride.map(() => 1)]);
  }
}

/** The parts of a convolution that its geometry follows from. */
interface Convolution {
  readonly weight: Tensor;
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** What kernels need to know of a convolution from `input` to `output`, both `[N, C, …spatial]`. */
export function convGeometry(layer: Convolution, input: Shape, output: Shape): ConvGeometry {
  return {
    batch: input[0]!,
    groups: layer.groups,
    channelsIn: input[1]!,
    channelsOut: output[1]!,
    input: extent3(input.slice(2), 1),
    output: extent3(output.slice(2), 1),
    kernel: extent3(layer.weight.shape.slice(2), 1),
    stride: extent3(layer.stride, 1),
    padding: extent3(layer.padding.map(([before]) => before), 0),
    dilation: extent3(layer.dilation, 1),
  };
}
