/** The elementwise product of several inputs. */
import { broadcastTo, multiply, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region } from "./layer.ts";
import { broadcastReach, commonShape } from "./operands.ts";

/** `x₁ ⊙ x₂ ⊙ …`, shapes broadcast against each other: gates, squeeze-and-excitation, attention masks. */
export class Multiply implements Layer {
  readonly kind = "Multiply";
  readonly role = "product";
  readonly keepsSign = true;
  readonly elementwise = true;

  outputShape(...inputs: Shape[]): Shape {
    return commonShape("Multiply", inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    const shape = this.outputShape(...inputs.map((input) => input.shape));
    return inputs.map((input) => broadcastTo(input, shape)).reduce((total, input) => multiply(total, input));
  }

  /** Each input gets s times the product of the others. */
  pullback(...inputs: Tensor[]): Linearization {
    const output = this.forward(...inputs);
    const factors = inputs.map((input) => broadcastTo(input, output.shape));
    // Not output ⊘ input: an input may be 0.
    const back = (s: Tensor): Tensor[] =>
      inputs.map((input, i) =>
        sumTo(
          factors.filter((_, other) => other !== i).reduce((product, factor) => multiply(product, factor), s),
          input.shape,
        ),
      );
    return { output, back };
  }
}
