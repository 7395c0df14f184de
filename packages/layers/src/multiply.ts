/** The elementwise product of several inputs. */
import { evaluate, multiply, sameShape, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Gating, ProductLayerOptions } from "./gating.ts";
import type { Layer, Linearization, Region } from "./layer.ts";
import { broadcastReach, commonShape } from "./operands.ts";

/** `x₁ ⊙ x₂ ⊙ …`, shapes broadcast against each other: gates, squeeze-and-excitation, attention masks. */
export class Multiply implements Layer {
  readonly kind = "Multiply";
  readonly role = "product";
  readonly keepsSign = true;
  readonly elementwise = true;
  readonly gating: Gating | undefined;

  constructor({ gating }: ProductLayerOptions = {}) {
    this.gating = gating;
  }

  outputShape(...inputs: Shape[]): Shape {
    return commonShape("Multiply", inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    this.outputShape(...inputs.map((input) => input.shape));
    return inputs.reduce(times);
  }

  /** Each input gets s times the product of the others. */
  pullback(...inputs: Tensor[]): Linearization {
    const output = this.forward(...inputs);
    // Not output ⊘ input: an input may be 0.
    const back = (s: Tensor): Tensor[] =>
      inputs.map((input, i) =>
        sumTo(
          inputs.filter((_, other) => other !== i).reduce(times, s),
          input.shape,
        ),
      );
    return { output, back };
  }
}

const product = op.program(2, (x, y) => op.multiply(x, y));

/** `x ⊙ y`, shapes broadcast against each other. */
function times(x: Tensor, y: Tensor): Tensor {
  return sameShape(x.shape, y.shape) ? multiply(x, y) : evaluate(product, x, y);
}
