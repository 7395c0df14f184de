/** An activation function as a layer of its own. */
import type { Shape, Tensor } from "@relprop/tensor";
import { activate, activationPullback, type Activation } from "../layer/activation.ts";
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
    if (typeof (activation as Partial<Activation> | undefined)?.apply !== "function") {
      throw new TypeError(`ActivationLayer: takes an activation such as relu, got ${String(activation)}`);
    }
    this.activation = activation;
    this.kind = activation.name.charAt(0).toUpperCase() + activation.name.slice(1);
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
