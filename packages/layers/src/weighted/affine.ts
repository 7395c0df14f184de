/** What all affine layers share: forward and pullback from the preactivation and the transposed product. */
import { broadcastTo, ShapeError, formatShape, type Bounds, type Shape, type Tensor } from "@relprop/tensor";
import { activate, activationPullback, checkActivation, type Activation } from "../layer/activation.ts";
import type { AffineLayer, Linearization, Role } from "../layer/layer.ts";

/** `σ(W x + b)`, built from `preactivation` and `transpose`. */
export abstract class Affine implements AffineLayer {
  abstract readonly kind: string;
  readonly role: Role = "linear";
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly activation: Activation;

  constructor(weight: Tensor, bias: Tensor | undefined, activation: Activation) {
    checkActivation(activation);
    this.weight = weight;
    this.bias = bias;
    this.activation = activation;
  }

  abstract outputShape(input: Shape): Shape;
  abstract withParameters(weight: Tensor, bias: Tensor | undefined): AffineLayer;
  abstract preactivation(x: Tensor): Tensor;
  /** The preactivation kept within bounds, where a layer can do that as its sums end. */
  clipped?(x: Tensor, bounds: Bounds): Tensor;
  abstract transpose(s: Tensor, input: Shape): Tensor;
  /** The bias with its extents where the output has them, ready to be broadcast. */
  protected abstract alignedBias(bias: Tensor, output: Shape): Tensor;

  broadcastBias(output: Shape): Tensor {
    if (this.bias === undefined) {
      throw new ShapeError(`${this.kind}: has no bias to broadcast to ${formatShape(output)}`);
    }
    return broadcastTo(this.alignedBias(this.bias, output), output);
  }

  forward(x: Tensor): Tensor {
    const { bounds } = this.activation;
    if (bounds !== undefined && this.clipped !== undefined) return this.clipped(x, bounds);
    return activate(this.activation, this.preactivation(x));
  }

  pullback(x: Tensor): Linearization {
    const z = this.preactivation(x);
    return {
      output: activate(this.activation, z),
      back: (s) => [transposeOne(this, activationPullback(this.activation, z, s), x.shape)],
    };
  }
}

/** `Wᵀ s` for a single s of the output's shape. */
export function transposeOne(layer: AffineLayer, s: Tensor, input: Shape): Tensor {
  return layer.transpose(s.reshape([1, ...s.shape]), input).reshape(input);
}

/** Throws a `ShapeError` unless `bias` is absent or has exactly the given extents. */
export function checkBias(kind: string, bias: Tensor | undefined, extents: Shape): void {
  if (bias !== undefined && formatShape(bias?.shape) !== formatShape(extents)) {
    throw new ShapeError(`${kind}: takes a bias ${formatShape(extents)}, got ${formatShape(bias?.shape)}`);
  }
}
