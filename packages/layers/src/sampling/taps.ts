/** Outputs made of some elements each, by weights that are known beforehand. */
import {
  empty, formatShape, optionsOf, sameShape, ShapeError, sizeOf, tapKernels, type Shape, type TapLists, type Tensor,
} from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** What each output reads. */
export interface TapTable extends TapLists {
  /** What the layer is called. */
  readonly kind: string;
  readonly role: Role;
  readonly input: Shape;
  readonly output: Shape;
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
    const { input, output, starts, positions, weights } = optionsOf("Taps", table);
    for (const list of [input, output, starts, positions, weights]) checkList("Taps", list);
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

  #run(x: Tensor): { readonly output: Tensor; readonly chosen?: Int32Array } {
    const output = empty(this.outputShape(x.shape));
    const table = this.#table;
    if (table.combine === "max") return { output, chosen: largest(table, x.data, output.data) };
    tapKernels().sumTaps(1, x.size, 1, table, x.data, output.data);
    return { output };
  }
}

/** `out[i] ←` the largest product, 0 where there is none; gives the tap of each, −1 for none. */
function largest({ starts, positions, weights }: TapLists, x: Float32Array, out: Float32Array): Int32Array {
  const chosen = new Int32Array(out.length).fill(-1);
  for (let i = 0; i < out.length; i++) {
    let best = 0;
    for (let t = starts[i]!; t < starts[i + 1]!; t++) {
      const product = weights[t]! * x[positions[t]!]!;
      if (product > best || chosen[i]! < 0) [best, chosen[i]] = [product, t];
    }
    out[i] = best;
  }
  return chosen;
}
