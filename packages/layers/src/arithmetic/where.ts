/** A choice between two inputs, element by element. */
import { broadcastShape, evaluate, sumTo, Tensor, type Shape, type Value } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Layer, Linearization } from "../layer/layer.ts";
import { commonShape, two } from "../layer/operands.ts";

/** `x₁` where the condition is not 0, `x₂` elsewhere; all three broadcast against each other. */
export class Where implements Layer {
  readonly kind = "Where";
  readonly role = "route";
  readonly keepsSign = true;
  readonly condition: Tensor;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(condition: Value) {
    if (Object(condition).shape === undefined) throw new TypeError(`Where: takes a tensor, got ${String(condition)}`);
    this.condition = condition instanceof Tensor
      ? condition
      : new Tensor(condition.shape, Float32Array.from(condition.data));
  }

  outputShape(...inputs: Shape[]): Shape {
    const [first, second] = two("Where", inputs);
    return broadcastShape("Where", this.condition.shape, commonShape("Where", [first, second]));
  }

  forward(...inputs: Tensor[]): Tensor {
    const [first, second] = two("Where", inputs);
    return evaluate(chosen, this.condition, first, second);
  }

  /** Each element of s goes where the output came from. */
  pullback(...inputs: Tensor[]): Linearization {
    const back = (s: Tensor): Tensor[] => inputs.map((input, at) =>
      sumTo(evaluate(at === 0 ? ofFirst : ofSecond, this.condition, s), input.shape));
    return { output: this.forward(...inputs), back };
  }
}

const chosen = op.program(3, (condition, first, second) => op.where(condition, first, second));
const ofFirst = op.program(2, (condition, s) => op.where(condition, s, 0));
const ofSecond = op.program(2, (condition, s) => op.where(condition, 0, s));
