/** A choice between two inputs, element by element. */
import { broadcastShape, broadcastTo, empty, sumTo, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";
import { commonShape, two } from "../layer/operands.ts";

/** `x₁` where the condition is not 0, `x₂` elsewhere; all three broadcast against each other. */
export class Where implements Layer {
  readonly kind = "Where";
  readonly role = "route";
  readonly keepsSign = true;
  readonly condition: Tensor;

  constructor(condition: Value) {
    this.condition = condition instanceof Tensor
      ? condition
      : new Tensor(condition.shape, Float32Array.from(condition.data));
  }

  outputShape(...inputs: Shape[]): Shape {
    const [first, second] = two("Where", inputs);
    return broadcastShape("Where", this.condition.shape, commonShape("Where", [first, second]));
  }

  forward(...inputs: Tensor[]): Tensor {
    const shape = this.outputShape(...inputs.map((input) => input.shape));
    const [condition, a, b] = [this.condition, ...inputs].map((x) => broadcastTo(x!, shape));
    const out = empty(shape);
    for (let i = 0; i < out.size; i++) out.data[i] = condition!.data[i] !== 0 ? a!.data[i]! : b!.data[i]!;
    return out;
  }

  /** Each element of s goes where the output came from. */
  pullback(...inputs: Tensor[]): Linearization {
    const output = this.forward(...inputs);
    const condition = broadcastTo(this.condition, output.shape);
    const back = (s: Tensor): Tensor[] => inputs.map((input, at) => {
      const part = empty(output.shape);
      for (let i = 0; i < part.size; i++) part.data[i] = (condition.data[i] !== 0) === (at === 0) ? s.data[i]! : 0;
      return sumTo(part, input.shape);
    });
    return { output, back };
  }
}
