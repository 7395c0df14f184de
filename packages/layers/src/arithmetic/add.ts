/** The sum of several inputs. */
import { add, evaluate, sameShape, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, commonShape } from "../layer/operands.ts";

/** `x₁ + x₂ + …`, shapes broadcast against each other. */
export class Add implements Layer {
  readonly kind = "Add";
  readonly role = "sum";
  readonly keepsSign = true;
  readonly axisUse = "kept";

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  outputShape(...inputs: Shape[]): Shape {
    return commonShape("Add", inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    this.outputShape(...inputs.map((input) => input.shape));
    return inputs.reduce((total, input) =>
      sameShape(total.shape, input.shape) ? add(total, input) : evaluate(sum, total, input));
  }

  pullback(...inputs: Tensor[]): Linearization {
    return {
      output: this.forward(...inputs),
      back: (s) => inputs.map((input) => sumTo(s, input.shape)),
    };
  }
}

const sum = op.program(2, (x, y) => op.add(x, y));
