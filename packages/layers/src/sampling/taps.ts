/** Outputs made of some elements each, by weights that are known beforehand. */
import { empty, formatShape, sameShape, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** What each output reads. */
export interface TapTable {
  /** What the layer is called. */
  readonly kind: string;
  readonly role: Role;
  readonly input: Shape;
  readonly output: Shape;
  /** Per output, where its taps begin among all, and at the end their number. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  readonly weights: Float64Array;
  /** Whether taps are added up, as by default, or the largest product is taken. */
  readonly combine?: "sum" | "max";
}

/** `y[i] = Σ weight · x[position]` over the taps of i, or the largest of these products, the first on ties. */
export class Taps implements Layer {
  readonly kind: string;
  readonly role: Role;
  readonly keepsSign: boolean;
  readonly #table: TapTable;

  constructor(table: TapTable) {
    if (table.starts.length !== sizeOf(table.output) + 1) {
      const got = table.starts.length - 1;
      throw new ShapeError(`${table.kind}: takes taps for ${formatShape(table.output)}, got ${got}`);
    }
    this.kind = table.kind;
    this.role = table.role;
    this.keepsSign = table.weights.every((weight) => weight >= 0);
    this.#table = table;
  }

  outputShape(input: Shape): Shape {
    if (!sameShape(input, this.#table.input)) {
      throw new ShapeError(`${this.kind}: takes ${formatShape(this.#table.input)}, got ${formatShape(input)}`);
    }
    return this.#table.output;
  }

  forward(x: Tensor): Tensor {
    return this.#run(x).output;
  }

  /** Every tap's element gets its weight times s; where the largest was taken, that one alone. */
  pullback(x: Tensor): Linearization {
    const { output, chosen } = this.#run(x);
    const { starts, positions, weights } = this.#table;
    const back = (s: Tensor): Tensor[] => {
      const sums = new Float64Array(x.size);
      for (let i = 0; i < s.size; i++) {
        const [from, to] = chosen === undefined ? [starts[i]!, starts[i + 1]!] : [chosen[i]!, chosen[i]! + 1];
        for (let t = from; t < to; t++) if (t >= 0) sums[positions[t]!]! += weights[t]! * s.data[i]!;
      }
      const out = empty(x.shape);
      out.data.set(sums);
      return [out];
    };
    return { output, back };
  }

  #run(x: Tensor): { readonly output: Tensor; readonly chosen: Int32Array | undefined } {
    const output = empty(this.outputShape(x.shape));
    const { starts, positions, weights, combine = "sum" } = this.#table;
    const chosen = combine === "max" ? new Int32Array(output.size).fill(-1) : undefined;
    for (let i = 0; i < output.size; i++) {
      let [sum, best] = [0, -Infinity];
      for (let t = starts[i]!; t < starts[i + 1]!; t++) {
        const product = weights[t]! * x.data[positions[t]!]!;
        sum += product;
        if (chosen !== undefined && (product > best || chosen[i]! < 0)) [best, chosen[i]] = [product, t];
      }
      output.data[i] = chosen === undefined ? sum : chosen[i]! < 0 ? 0 : best;
    }
    return { output, chosen };
  }
}

/** Taps put together output by output, in order. */
export class TapList {
  readonly #starts: number[] = [0];
  readonly #positions: number[] = [];
  readonly #weights: number[] = [];

  /** One more tap of the output that is being described. */
  tap(position: number, weight: number): void {
    this.#positions.push(position);
    this.#weights.push(weight);
  }

  /** The output is described; the next one follows. */
  end(): void {
    this.#starts.push(this.#positions.length);
  }

  /** All of it. */
  table(): Pick<TapTable, "starts" | "positions" | "weights"> {
    return {
      starts: Int32Array.from(this.#starts), positions: Int32Array.from(this.#positions),
      weights: Float64Array.from(this.#weights),
    };
  }
}
