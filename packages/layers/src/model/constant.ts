/** A fixed tensor in the graph. */
import { broadcastTo, checkTensor, ShapeError, zeros, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";

/**
 * `value`, whatever comes in. Without an input the output has the value's shape; with one, `[N, …value]`: the value
 * once for every sample of the input (a class token). Relevance that reaches it ends there, as it does at a bias.
 */
export class Constant implements Layer {
  readonly kind = "Constant";
  readonly role = "other";
  readonly value: Tensor;

  constructor(value: Tensor) {
    checkTensor("Constant", value);
    this.value = value;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [input] = inputs;
    if (inputs.length > 1) throw new ShapeError(`Constant: takes no input or one, got ${inputs.length}`);
    if (input === undefined) return this.value.shape;
    if (input.length === 0) throw new ShapeError("Constant: takes an input with a batch axis, got []");
    return [input[0]!, ...this.value.shape];
  }

  forward(...inputs: Tensor[]): Tensor {
    return broadcastTo(this.value, this.outputShape(...inputs.map(({ shape }) => shape)));
  }

  pullback(...inputs: Tensor[]): Linearization {
    return { output: this.forward(...inputs), back: () => inputs.map(({ shape }) => zeros(shape)) };
  }
}
