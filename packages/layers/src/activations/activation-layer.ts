/** An activation function as a layer of its own. */
import type { Shape, Tensor } from "@relprop/tensor";
import { activate, activationPullback, checkActivation, type Activation } from "../layer/activation.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";

/** `σ(x)` for every element. */
export class ActivationLayer implements Layer {
  /** The activation's name with a capital: `"Relu"`, `"Gelu"`. */
  readonly kind: string;
  readonly role = "activation";
  readonly activation: Activation;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(activation: Activation) {
    checkActivation(activation);
    this.activation = activation;
    this.kind = String(activation.name).replace(/^./, (letter) => letter.toUpperCase());
  }

  outputShape(input: Shape): Shape {
    return input;
  }

  reach(output: Region): Region {
    return output;
  }

  forward(x: Tensor): Tensor {
    return activate(this.activation, x);
  }

  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: (s) => [activationPullback(this.activation, x, s)] };
  }
}
