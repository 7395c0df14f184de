/** The difference of two inputs. */
import { broadcastShape, map, sumTo, zip, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region } from "./layer.ts";
import { both, broadcastReach, two } from "./operands.ts";

/** `x₁ − x₂`, shapes broadcast against each other. */
export class Subtract implements Layer {
  readonly kind = "Subtract";
  readonly role = "sum";

  outputShape(...inputs: Shape[]): Shape {
    const [left, right] = two("Subtract", inputs);
    return broadcastShape("Subtract", left, right);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    const [left, right] = both("Subtract", inputs);
    return zip(left, right, (a, b) => a - b);
  }

  pullback(...inputs: Tensor[]): Linearization {
    const [left, right] = two("Subtract", inputs);
    const back = (s: Tensor): Tensor[] => [sumTo(s, left.shape), sumTo(map(s, (value) => -value), right.shape)];
    return { output: this.forward(left, right), back };
  }
}
