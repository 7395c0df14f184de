/** The largest and the smallest of several inputs, element by element. */
import { evaluate, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Program, Value } from "@relprop/tensor/program";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, commonShape } from "../layer/operands.ts";

abstract class Extremum implements Layer {
  abstract readonly kind: string;
  readonly role = "route";
  readonly keepsSign = true;
  readonly elementwise = true;
  /** The chosen one of two. */
  protected abstract readonly ofTwo: Program;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  outputShape(...inputs: Shape[]): Shape {
    return commonShape(this.kind, inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    this.outputShape(...inputs.map((input) => input.shape));
    const [first, second = first, ...others] = inputs as [Tensor, ...Tensor[]];
    return others.reduce((best, input) => evaluate(this.ofTwo, best, input), evaluate(this.ofTwo, first, second));
  }

  /** The one that was chosen gets all of s, the first on ties. */
  pullback(...inputs: Tensor[]): Linearization {
    const output = this.forward(...inputs);
    const back = (s: Tensor): Tensor[] => {
      let rest = s;
      return inputs.map((input) => {
        const part = evaluate(ofChosen, input, output, rest);
        rest = evaluate(ofOthers, input, output, rest);
        return sumTo(part, input.shape);
      });
    };
    return { output, back };
  }
}

/** Whether an input is what came out, which not being a number is as well. */
function isChosen(x: Value, y: Value): Value {
  return op.where(op.equal(x, y), 1, op.where(op.equal(x, x), 0, op.where(op.equal(y, y), 0, 1)));
}

const ofChosen = op.program(3, (x, y, s) => op.where(isChosen(x, y), s, 0));
const ofOthers = op.program(3, (x, y, s) => op.where(isChosen(x, y), 0, s));
const largest = op.program(2, (x, y) => op.maximum(x, y));
const smallest = op.program(2, (x, y) => op.minimum(x, y));

/** `max(x₁, x₂, …)`, shapes broadcast against each other; NaN wins. */
export class Maximum extends Extremum {
  readonly kind = "Maximum";
  protected readonly ofTwo: Program = largest;
}

/** `min(x₁, x₂, …)`, shapes broadcast against each other; NaN wins. */
export class Minimum extends Extremum {
  readonly kind = "Minimum";
  protected readonly ofTwo: Program = smallest;
}
