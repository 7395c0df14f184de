/** The sum of several inputs. */
import { add, broadcastTo, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region } from "./layer.ts";
import { broadcastReach, commonShape } from "./operands.ts";

/** `x₁ + x₂ + …`, shapes broadcast against each other. */
export class Add implements Layer {
  readonly kind = "Add";
  readonly role = "sum";
  readonly keepsSign = true;

  outputShape(...inputs: Shape[]): Shape {
    return commonShape("Add", inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
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
