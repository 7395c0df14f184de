/** Elements picked one by one, wherever they are. */
import { empty, formatShape, optionsOf, sameShape, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { checkList } from "../shaping/whole-numbers.ts";
import type { Layer, Linearization, Role } from "../layer/layer.ts";

/** Where elements come from or go to, and what shapes they have on either side. */
export interface Placing {
  /** What the layer is called. */
  readonly kind: string;
  readonly input: Shape;
  readonly output: Shape;
  /** A position each; negative for nowhere. */
  readonly positions: Int32Array;
}

/** A layer for one input shape only. */
export abstract class Placed implements Layer {
  abstract readonly role: Role;
  abstract readonly keepsSign: boolean;
  readonly kind: string;
  readonly #input: Shape;
  protected readonly output: Shape;
  protected readonly positions: Int32Array;

  constructor(placing: Placing, count: "input" | "output") {
    const { kind, input, output, positions } = optionsOf("Pick", placing);
    for (const list of [input, output, positions]) checkList(kind, list);
    if (positions.length !== sizeOf(placing[count])) {
      throw new ShapeError(`${kind}: takes ${sizeOf(placing[count])} positions, got ${positions.length}`);
    }
    this.kind = kind;
    this.#input = input;
    this.output = output;
    this.positions = positions;
  }

  outputShape(input: Shape): Shape {
    if (!sameShape(input, this.#input)) {
      throw new ShapeError(`${this.kind}: takes ${formatShape(this.#input)}, got ${formatShape(input)}`);
    }
    return this.output;
  }

  abstract forward(x: Tensor): Tensor;
  abstract pullback(x: Tensor): Linearization;
}

/** `y[i] = x[position i]`, and a constant where the position is nowhere. */
export class Pick extends Placed {
  readonly role = "route";
  readonly #fill: number;

  constructor(placing: Placing, fill = 0) {
    super(placing, "output");
    this.#fill = fill;
  }

  /** Whether no constant is negative. */
  get keepsSign(): boolean {
    return this.#fill >= 0;
  }

  forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return picked(x, this.positions, this.output, this.#fill);
  }

  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: (s) => [collected(s, this.positions, x.shape)] };
  }
}

/** `y[position i] = Σ x[i]` over all i that lead there; 0 where none does. */
export class Collect extends Placed {
  readonly role = "sum";
  readonly keepsSign = true;

  constructor(placing: Placing) {
    super(placing, "input");
  }

  forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return collected(x, this.positions, this.output);
  }

  pullback(x: Tensor): Linearization {
    return { output: this.forward(x), back: (s) => [picked(s, this.positions, x.shape, 0)] };
  }
}

/** `out[i] ← x[position i]`, `fill` for nowhere. */
export function picked(x: Tensor, positions: Int32Array, shape: Shape, fill: number): Tensor {
  const out = empty(shape);
  for (let i = 0; i < positions.length; i++) out.data[i] = positions[i]! < 0 ? fill : x.data[positions[i]!]!;
  return out;
}

/** `out[position i] ← Σ x[i]` */
export function collected(x: Tensor, positions: Int32Array, shape: Shape): Tensor {
  const sums = new Float64Array(sizeOf(shape));
  for (let i = 0; i < positions.length; i++) if (positions[i]! >= 0) sums[positions[i]!]! += x.data[i]!;
  const out = empty(shape);
  out.data.set(sums);
  return out;
}
