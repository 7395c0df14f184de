/** The fully connected layer. */
import {
  dims, empty, formatShape, kernels, optionsOf, ShapeError, sizeOf, weightsOf, type Bounds, type Shape, type Tensor,
} from "@relprop/tensor";
import { identity, type Activation } from "../layer/activation.ts";
import { Affine, checkBias } from "./affine.ts";
import type { FoldableLayer, WeightChannels } from "./fold.ts";

/** What a `Dense` layer may be given besides its weight. */
export interface DenseOptions {
  /** `[out]` */
  readonly bias?: Tensor | undefined;
  readonly activation?: Activation;
}

/** `σ(W x + b)` along the last axis: weight `[out, in]`, input `[N, …, in]`, output `[N, …, out]`. */
export class Dense extends Affine implements FoldableLayer {
  readonly kind = "Dense";
  readonly channelsLast = true;
  readonly channels: WeightChannels = { first: "outputs" };

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(weight: Tensor, options: DenseOptions = {}) {
    optionsOf("Dense", options);
    const [out] = dims("Dense weight", weight?.shape, 2);
    checkBias("Dense", options.bias, [out]);
    super(weight, options.bias, options.activation ?? identity);
  }

  outputShape(input: Shape): Shape {
    const [out, features] = dims("Dense weight", this.weight.shape, 2);
    if (input.length < 1 || input.at(-1) !== features) {
      throw new ShapeError(`Dense: takes [N, …, ${features}], got ${formatShape(input)}`);
    }
    return [...input.slice(0, -1), out];
  }

  get rank(): undefined {
    return undefined;
  }

  withParameters(weight: Tensor, bias: Tensor | undefined, activation: Activation = identity): Dense {
    return new Dense(weight, { bias, activation });
  }

  preactivation(x: Tensor): Tensor {
    return this.clipped(x);
  }

  override clipped(x: Tensor, bounds?: Bounds): Tensor {
    const [out, features] = dims("Dense weight", this.weight.shape, 2);
    const z = empty(this.outputShape(x.shape));
    const rows = sizeOf(x.shape.slice(0, -1));
    kernels().dense(rows, out, features, x.data, weightsOf(this.weight), this.bias?.data, z.data, bounds);
    return z;
  }

  transpose(s: Tensor, input: Shape): Tensor {
    const [out, features] = dims("Dense weight", this.weight.shape, 2);
    const result = empty([s.shape[0]!, ...input]);
    kernels().denseTransposed(s.size / out, out, features, s.data, weightsOf(this.weight), result.data);
    return result;
  }

  protected alignedBias(bias: Tensor): Tensor {
    return bias;
  }
}
