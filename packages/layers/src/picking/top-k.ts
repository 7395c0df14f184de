/** The largest or smallest elements along an axis. */
import { empty, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { Layer, Linearization } from "../layer/layer.ts";
import { collected } from "./pick.ts";

/** What a `TopK` may be given besides the number. */
export interface TopKOptions {
  /** The last by default. */
  readonly axis?: number;
  /** The largest by default, else the smallest. */
  readonly largest?: boolean;
}

/** The k largest along an axis, in order, the first on ties; NaN comes last. */
export class TopK implements Layer {
  readonly kind = "TopK";
  readonly role = "route";
  readonly keepsSign = true;
  readonly k: number;
  readonly axis: number;
  readonly largest: boolean;

  constructor(k: number, options: TopKOptions = {}) {
    const { axis = -1, largest = true } = optionsOf("TopK", options);
    if (!(Number.isInteger(k) && k >= 0)) throw new RangeError(`TopK: takes a whole number >= 0, got ${k}`);
    this.k = k;
    this.axis = axis;
    this.largest = largest;
  }

  outputShape(input: Shape): Shape {
    const axis = axisOf("TopK", this.axis, input.length);
    if (this.k > input[axis]!) {
      throw new ShapeError(`TopK: takes at least ${this.k} elements at axis ${axis}, got ${formatShape(input)}`);
    }
    return input.with(axis, this.k);
  }

  forward(x: Tensor): Tensor {
    return this.pullback(x).output;
  }

  pullback(x: Tensor): Linearization {
    const output = empty(this.outputShape(x.shape));
    const { outer, extent, inner } = aroundAxis(x.shape, axisOf("TopK", this.axis, x.shape.length));
    const winners = new Int32Array(output.size);
    const sign = this.largest ? -1 : 1;
    const rank = (at: number): number => (Number.isNaN(x.data[at]!) ? Infinity : sign * x.data[at]!);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const line = Array.from({ length: extent }, (_, p) => (o * extent + p) * inner + i);
        line.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a - b));
        for (let j = 0; j < this.k; j++) winners[(o * this.k + j) * inner + i] = line[j]!;
      }
    }
    for (let i = 0; i < winners.length; i++) output.data[i] = x.data[winners[i]!]!;
    return { output, back: (s) => [collected(s, winners, x.shape)] };
  }
}
