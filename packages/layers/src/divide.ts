/** The quotient of two inputs. */
import { broadcastShape, sumTo, zip, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region } from "./layer.ts";
import { both, broadcastReach, two } from "./operands.ts";

/** `x₁ ⊘ x₂`, shapes broadcast against each other. */
export class Divide implements Layer {
  readonly kind = "Divide";
  readonly role = "product";
  readonly elementwise = true;

  outputShape(...inputs: Shape[]): Shape {
    const [left, right] = two("Divide", inputs);
    return broadcastShape("Divide", left, right);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    const [left, right] = both("Divide", inputs);
    return zip(left, right, (a, b) => a / b);
  }

  /** `s ⊘ x₂` and `−s ⊙ y ⊘ x₂` */
  pullback(...inputs: Tensor[]): Linearization {
    const [left, right] = both("Divide", inputs);
    const output = zip(left, right, (a, b) => a / b);
    const back = (s: Tensor): Tensor[] => {
      const toLeft = zip(s, right, (value, b) => value / b);
      return [sumTo(toLeft, inputs[0]!.shape), sumTo(zip(toLeft, output, (t, y) => -t * y), inputs[1]!.shape)];
    };
    return { output, back };
  }
}
