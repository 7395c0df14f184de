/** Updates put among the elements of another input. */
import { empty, formatShape, sameShape, optionsOf, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";
import { two } from "../layer/operands.ts";
import { picked } from "./pick.ts";

/** What becomes of an element and its updates. */
export type Meeting = "none" | "add" | "mul" | "max" | "min";

/** What a `Scatter` is told. */
export interface ScatterOptions {
  /** What the layer is called. */
  readonly kind: string;
  /** What an update does to what is there; it replaces it by default, the last one wins. */
  readonly meeting?: Meeting;
  readonly input: Shape;
  readonly updates: Shape;
  /** Where each update goes. */
  readonly positions: Int32Array;
}

const ROLES: Readonly<Record<Meeting, Role>> = {
  none: "route", add: "sum", mul: "product", max: "route", min: "route",
};

/** `y = x`, with `y[position i]` met by `updates[i]`. */
export class Scatter implements Layer {
  readonly kind: string;
  readonly role: Role;
  readonly keepsSign = true;
  readonly meeting: Meeting;
  readonly #input: Shape;
  readonly #updates: Shape;
  readonly #positions: Int32Array;

  constructor(options: ScatterOptions) {
    const { kind, meeting = "none", input, updates, positions } = optionsOf("Scatter", options);
    for (const list of [input, updates, positions]) checkList(kind, list);
    if (positions.length !== sizeOf(updates)) {
      throw new ShapeError(`${kind}: takes a position for each of ${formatShape(updates)}, got ${positions.length}`);
    }
    this.kind = kind;
    this.meeting = meeting;
    this.role = ROLES[meeting];
    this.#input = input;
    this.#updates = updates;
    this.#positions = positions;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [x, updates] = two(this.kind, inputs);
    if (!sameShape(x, this.#input) || !sameShape(updates, this.#updates)) {
      throw new ShapeError(`${this.kind}: takes ${formatShape(this.#input)} and updates ${
        formatShape(this.#updates)}, got ${formatShape(x)} and ${formatShape(updates)}`);
    }
    return x;
  }

  forward(...inputs: Tensor[]): Tensor {
    return this.pullback(...inputs).output;
  }

  pullback(...inputs: Tensor[]): Linearization {
    const [x, updates] = two(this.kind, inputs);
    const output = empty(this.outputShape(x.shape, updates.shape));
    output.data.set(x.data);
    const positions = this.#positions;
    const { meeting } = this;
    if (meeting === "add") {
      const sums = Float64Array.from(x.data);
      positions.forEach((to, i) => (sums[to]! += updates.data[i]!));
      output.data.set(sums);
      return { output, back: (s) => [s, picked(s, positions, updates.shape, 0)] };
    }
    if (meeting === "mul") return this.#products(x, updates, output);
    // Who each element comes from: itself, or an update.
    const winners = new Int32Array(x.size).fill(-1);
    positions.forEach((to, i) => {
      const [old, update] = [output.data[to]!, updates.data[i]!];
      const wins = meeting === "none" || Number.isNaN(update) || (meeting === "max" ? update > old : update < old);
      if (!wins) return;
      output.data[to] = update;
      winners[to] = i;
    });
    const back = (s: Tensor): Tensor[] => {
      const [toX, toUpdates] = [empty(x.shape), empty(updates.shape)];
      toUpdates.data.fill(0);
      for (let i = 0; i < s.size; i++) {
        toX.data[i] = winners[i]! < 0 ? s.data[i]! : 0;
        if (winners[i]! >= 0) toUpdates.data[winners[i]!] = s.data[i]!;
      }
      return [toX, toUpdates];
    };
    return { output, back };
  }

  /** Each factor gets s times the product of the others. */
  #products(x: Tensor, updates: Tensor, output: Tensor): Linearization {
    const factors: number[][] = Array.from(x.data, () => []);
    this.#positions.forEach((to, i) => factors[to]!.push(i));
    const product = (at: number, without: number): number => factors[at]!.reduce(
      (total, i) => (i === without ? total : total * updates.data[i]!), without < 0 ? 1 : x.data[at]!,
    );
    for (let i = 0; i < output.size; i++) output.data[i] = x.data[i]! * product(i, -1);
    const back = (s: Tensor): Tensor[] => {
      const [toX, toUpdates] = [empty(x.shape), empty(updates.shape)];
      for (let i = 0; i < s.size; i++) {
        toX.data[i] = s.data[i]! * product(i, -1);
        for (const at of factors[i]!) toUpdates.data[at] = s.data[i]! * product(i, at);
      }
      return [toX, toUpdates];
    };
    return { output, back };
  }
}
