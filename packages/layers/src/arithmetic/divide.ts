/** The quotient of two inputs. */
import { broadcastShape, evaluate, optionsOf, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Gating, ProductLayerOptions } from "./gating.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, two } from "../layer/operands.ts";

/** `x₁ ⊘ x₂`, shapes broadcast against each other. */
export class Divide implements Layer {
  readonly kind = "Divide";
  readonly role = "product";
  readonly elementwise = true;
  readonly gating: Gating | undefined;

  constructor(options: ProductLayerOptions = {}) {
    const { gating } = optionsOf("Divide", options);
    this.gating = gating;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [left, right] = two("Divide", inputs);
    return broadcastShape("Divide", left, right);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    return evaluate(quotient, ...two("Divide", inputs));
  }

  /** `s ⊘ x₂` and `−s ⊙ y ⊘ x₂` */
  pullback(...inputs: Tensor[]): Linearization {
    const [left, right] = two("Divide", inputs);
    const output = this.forward(left, right);
    const back = (s: Tensor): Tensor[] => {
      const toLeft = evaluate(quotient, s, right);
      return [sumTo(toLeft, left.shape), sumTo(evaluate(opposite, toLeft, output), right.shape)];
    };
    return { output, back };
  }
}

const quotient = op.program(2, (x, y) => op.divide(x, y));
const opposite = op.program(2, (x, y) => op.multiply(op.negate(x), y));
