/** Sequences of different lengths, with nothing behind their ends. */
import { empty, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Layer, Linearization } from "../layer/layer.ts";

/** `[T, D, N, S]` (or `[N, T, D, S]`) with 0 behind the end of each sample. */
export class ValidSteps implements Layer {
  readonly kind = "ValidSteps";
  readonly role = "route";
  readonly keepsSign = true;
  readonly lengths: readonly number[];
  readonly batchFirst: boolean;

  constructor(lengths: readonly number[], options: { readonly batchFirst?: boolean } = {}) {
    optionsOf("ValidSteps", options);
    checkList("ValidSteps", lengths);
    const broken = lengths.find((length) => !Number.isInteger(length) || length < 0);
    if (broken !== undefined) throw new RangeError(`ValidSteps: takes lengths of whole numbers >= 0, got ${broken}`);
    this.lengths = lengths;
    this.batchFirst = options.batchFirst ?? false;
  }

  outputShape(input: Shape): Shape {
    if (input.length !== 4 || input[this.batchFirst ? 0 : 2] !== this.lengths.length) {
      const takes = this.batchFirst ? `[${this.lengths.length}, T, D, S]` : `[T, D, ${this.lengths.length}, S]`;
      throw new ShapeError(`ValidSteps: takes ${takes}, got ${formatShape(input)}`);
    }
    return input;
  }

  forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    const [first, second, third, width] = x.shape as readonly [number, number, number, number];
    const out = empty(x.shape);
    for (let row = 0; row < first * second * third; row++) {
      const [outer, middle] = [Math.floor(row / (second * third)), Math.floor(row / third) % second];
      const [step, sample] = this.batchFirst ? [middle, outer] : [outer, row % third];
      const [from, to] = [row * width, (row + 1) * width];
      if (step < this.lengths[sample]!) out.data.set(x.data.subarray(from, to), from);
      else out.data.fill(0, from, to);
    }
    return out;
  }

  /** The same again: it is its own adjoint. */
  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: (s) => [this.forward(s)] };
  }
}
