/** Sums and products that run along an axis. */
import { empty, optionsOf, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** What a running sum or product may be given. */
export interface RunningOptions {
  /** `1` by default. */
  readonly axis?: number;
  /** Whether an element itself is left out of its own total. */
  readonly exclusive?: boolean;
  /** Whether it runs from the end. */
  readonly reverse?: boolean;
}

/** A layer whose outputs are made of all elements up to their own. */
export abstract class Running implements Layer {
  abstract readonly kind: string;
  abstract readonly role: Role;
  readonly keepsSign = true;
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;

  constructor(options: RunningOptions = {}) {
    const { axis = 1, exclusive = false, reverse = false } = optionsOf("Running", options);
    this.axis = axis;
    this.exclusive = exclusive;
    this.reverse = reverse;
  }

  outputShape(input: Shape): Shape {
    axisOf(this.kind, this.axis, input.length);
    return input;
  }

  abstract forward(x: Tensor): Tensor;
  abstract pullback(x: Tensor): Linearization;

  /** Calls `visit` with the positions of each line along the axis, in the order in which it runs. */
  protected lines(shape: Shape, visit: (line: readonly number[]) => void): void {
    const { outer, extent, inner } = aroundAxis(shape, axisOf(this.kind, this.axis, shape.length));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const line = Array.from({ length: extent }, (_, p) => (o * extent + p) * inner + i);
        visit(this.reverse ? line.reverse() : line);
      }
    }
  }
}

/** `y_i = Σ_{j <= i} x_j` along an axis. */
export class CumulativeSum extends Running {
  readonly kind = "CumulativeSum";
  readonly role = "sum";

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    this.lines(x.shape, (line) => this.#run(line, x, out));
    return out;
  }

  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      this.lines(x.shape, (line) => this.#run(line.toReversed(), s, out));
      return [out];
    };
    return { output: this.forward(x), back };
  }

  #run(line: readonly number[], from: Tensor, to: Tensor): void {
    let sum = 0;
    for (const at of line) {
      const value = from.data[at]!;
      to.data[at] = this.exclusive ? sum : sum + value;
      sum += value;
    }
  }
}

/** `y_i = Π_{j <= i} x_j` along an axis. */
export class CumulativeProduct extends Running {
  readonly kind = "CumulativeProduct";
  readonly role = "product";

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    this.lines(x.shape, (line) => {
      let product = 1;
      for (const at of line) {
        const next = product * x.data[at]!;
        out.data[at] = this.exclusive ? product : next;
        product = next;
      }
    });
    return out;
  }

  /** Every factor of a product gets s times the product of the other factors. */
  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      this.lines(x.shape, (line) => line.forEach((at, j) => {
        let [product, total] = [line.slice(0, j).reduce((all, one) => all * x.data[one]!, 1), 0];
        line.slice(this.exclusive ? j + 1 : j).forEach((to, i) => {
          if (!this.exclusive && i > 0) product *= x.data[to]!;
          total += s.data[to]! * product;
          if (this.exclusive) product *= x.data[to]!;
        });
        out.data[at] = total;
      }));
      return [out];
    };
    return { output: this.forward(x), back };
  }
}
