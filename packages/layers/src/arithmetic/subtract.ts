/** The difference of two inputs. */
import { broadcastShape, evaluate, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, two } from "../layer/operands.ts";

/** `x₁ − x₂`, shapes broadcast against each other. */
export class Subtract implements Layer {
  readonly kind = "Subtract";
  readonly role = "sum";
  readonly axisUse = "kept";

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [left, right] = two("Subtract", inputs);
    return broadcastShape("Subtract", left, right);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    return evaluate(difference, ...two("Subtract", inputs));
  }

  pullback(...inputs: Tensor[]): Linearization {
    const [left, right] = two("Subtract", inputs);
    const back = (s: Tensor): Tensor[] => [sumTo(s, left.shape), evaluate(opposite, sumTo(s, right.shape))];
    return { output: this.forward(left, right), back };
  }
}

const difference = op.program(2, (x, y) => op.subtract(x, y));
const opposite = op.program(1, (x) => op.negate(x));
