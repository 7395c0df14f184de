/** Transposed convolution in one to three dimensions. */
import {
  add, checkTensor, empty, formatShape, kernels, optionsOf, ShapeError, weightsOf, type ConvGeometry, type Shape,
  type Tensor,
} from "@relprop/tensor";
import { identity, type Activation } from "../layer/activation.ts";
import { Affine, checkBias } from "./affine.ts";
import { convGeometry, type ConvOptions } from "./conv.ts";
import type { FoldableLayer, WeightChannels } from "./fold.ts";
import type { Region } from "../layer/layer.ts";
import { checkSpatialRank, paddingPairs, perAxis, spatialAxes, type PerAxis } from "../pools/window.ts";

/** What a `ConvTranspose` may be given besides its weight; missing values are as in `Conv`. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Elements to add behind each axis: which of the extents that a strided convolution maps to one is meant. */
  readonly outputPadding?: PerAxis;
}

/**
 * `σ(Wᵀ ⋆ x + b)`, the adjoint of a convolution: weight `[in, out / groups, …kernel]`, input `[N, in, …spatial]`,
 * output `[N, out, …]` with extents `(in − 1) stride − padding + dilation (kernel − 1) + 1 + outputPadding`.
 */
export class ConvTranspose extends Affine implements FoldableLayer {
  readonly kind = "ConvTranspose";
  readonly axisUse = "channelsFirst";
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(weight: Tensor, options: ConvTransposeOptions = {}) {
    optionsOf("ConvTranspose", options);
    const { bias, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    checkTensor("ConvTranspose weight", weight);
    const rank = weight.shape.length - 2;
    checkSpatialRank("ConvTranspose weight", rank);
    const [channels, perGroup] = weight.shape as [number, number, ...number[]];
    if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
      throw new ShapeError(`ConvTranspose: takes groups that divide ${channels} input channels, got ${groups}`);
    }
    checkBias("ConvTranspose", bias, [perGroup * groups]);
    super(weight, bias, options.activation ?? identity);
    this.stride = perAxis("ConvTranspose stride", stride, rank, 1);
    this.padding = paddingPairs("ConvTranspose padding", padding, rank);
    this.outputPadding = perAxis("ConvTranspose outputPadding", outputPadding, rank, 0);
    this.dilation = perAxis("ConvTranspose dilation", dilation, rank, 1);
    this.groups = groups;
  }

  outputShape(input: Shape): Shape {
    const [channels, perGroup, ...kernel] = this.weight.shape as [number, number, ...number[]];
    const [batch, got, ...spatial] = input;
    if (got !== channels || spatial.length !== kernel.length) {
      throw new ShapeError(
        `ConvTranspose: takes [N, ${channels}, ${spatialAxes(kernel.length)}], got ${formatShape(input)}`,
      );
    }
    const extents = spatial.map((extent, axis) => {
      const [before, after] = this.padding[axis]!;
      const reach = (kernel[axis]! - 1) * this.dilation[axis]! + 1;
      return (extent - 1) * this.stride[axis]! - before - after + reach + this.outputPadding[axis]!;
    });
    if (!extents.every((extent) => extent >= 1)) {
      throw new ShapeError(
        `ConvTranspose: takes inputs that leave something inside its padding, got ${formatShape(input)}`,
      );
    }
    return [batch!, perGroup * this.groups, ...extents];
  }

  reach(output: Region): Region {
    const kernel = this.weight.shape.slice(2);
    return output.map(([from, to], axis) => {
      const [stride, [before]] = [this.stride[axis]!, this.padding[axis]!];
      const first = from + before - (kernel[axis]! - 1) * this.dilation[axis]!;
      return [Math.ceil(first / stride), Math.floor((to - 1 + before) / stride) + 1];
    });
  }

  /** What a shift of its input adds to an output depends on how many taps reach that output. */
  get channels(): WeightChannels {
    return { first: "inputs", groups: this.groups, pads: true };
  }

  get rank(): number {
    return this.weight.shape.length;
  }

  withParameters(weight: Tensor, bias: Tensor | undefined, activation: Activation = identity): ConvTranspose {
    return new ConvTranspose(weight, { ...this, bias, activation });
  }

  preactivation(x: Tensor): Tensor {
    const z = empty(this.outputShape(x.shape));
    kernels().convTransposed(this.#adjoint(x.shape, z.shape), x.data, weightsOf(this.weight), z.data);
    return this.bias === undefined ? z : add(z, this.broadcastBias(z.shape), z);
  }

  transpose(s: Tensor, input: Shape): Tensor {
    const [copies, batch, ...rest] = s.shape as [number, number, ...number[]];
    const result = empty([copies, ...input]);
    const merged = this.#adjoint([copies * batch, ...input.slice(1)], [copies * batch, ...rest]);
    kernels().conv(merged, s.data, weightsOf(this.weight), undefined, result.data);
    return result;
  }

  protected alignedBias(bias: Tensor): Tensor {
    return bias.reshape([bias.size, ...this.stride.map(() => 1)]);
  }

  /** The convolution from this layer's output to its input. */
  #adjoint(input: Shape, output: Shape): ConvGeometry {
    return convGeometry(this, output, input);
  }
}
