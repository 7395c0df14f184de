/** The largest and the smallest of several inputs, element by element. */
import { broadcastTo, empty, sumTo, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { broadcastReach, commonShape } from "../layer/operands.ts";

abstract class Extremum implements Layer {
  abstract readonly kind: string;
  readonly role = "route";
  readonly keepsSign = true;
  readonly elementwise = true;
  /** 1 for the largest, −1 for the smallest. */
  protected abstract readonly sign: 1 | -1;

  outputShape(...inputs: Shape[]): Shape {
    return commonShape(this.kind, inputs);
  }

  reach(output: Region, input: Shape): Region {
    return broadcastReach(output, input);
  }

  forward(...inputs: Tensor[]): Tensor {
    return this.#choose(inputs).output;
  }

  /** The one that was chosen gets all of s, the first on ties. */
  pullback(...inputs: Tensor[]): Linearization {
    const { output, winners } = this.#choose(inputs);
    const back = (s: Tensor): Tensor[] => inputs.map((input, k) => {
      const part = empty(s.shape);
      for (let i = 0; i < part.size; i++) part.data[i] = winners[i] === k ? s.data[i]! : 0;
      return sumTo(part, input.shape);
    });
    return { output, back };
  }

  #choose(inputs: readonly Tensor[]): { output: Tensor; winners: Uint16Array | Uint32Array } {
    const shape = this.outputShape(...inputs.map((input) => input.shape));
    const spread = inputs.map((input) => broadcastTo(input, shape));
    const output = empty(shape);
    output.data.set(spread[0]!.data);
    const winners = inputs.length <= 2 ** 16 ? new Uint16Array(output.size) : new Uint32Array(output.size);
    for (let k = 1; k < spread.length; k++) {
      const { data } = spread[k]!;
      for (let i = 0; i < data.length; i++) {
        const [value, best] = [data[i]!, output.data[i]!];
        if (this.sign * value > this.sign * best || (Number.isNaN(value) && !Number.isNaN(best))) {
          output.data[i] = value;
          winners[i] = k;
        }
      }
    }
    return { output, winners };
  }
}

/** `max(x₁, x₂, …)`, shapes broadcast against each other; NaN wins. */
export class Maximum extends Extremum {
  readonly kind = "Maximum";
  protected readonly sign = 1;
}

/** `min(x₁, x₂, …)`, shapes broadcast against each other; NaN wins. */
export class Minimum extends Extremum {
  readonly kind = "Minimum";
  protected readonly sign = -1;
}
