/** The sum of several inputs. */
import { add, broadcastShape, broadcastTo, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization } from "./layer.ts";

/** `x₁ + x₂ + …`, shapes broadcast against each other. */
export class Add implements Layer {
  readonly kind = "Add";
  readonly role = "sum";

  outputShape(...inputs: Shape[]): Shape {
    return inputs.reduce((shape, input) => broadcastShape("Add", shape, input));
  }

  forward(...inputs: Tensor[]): Tensor {
    const shape = this.outputShape(...inputs.map((input) => input.shape));
    return inputs.map((input) => broadcastTo(input, shape)).reduce((total, input) => add(total, input));
  }

  pullback(...inputs: Tensor[]): Linearization {
    return {
      output: this.forward(...inputs),
      back: (s) => inputs.map((input) => sumTo(s, input.shape)),
    };
  }
}
