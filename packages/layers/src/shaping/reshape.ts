/** Another shape for the same elements. */
import { formatShape, optionsOf, ShapeError, sizeOf, type Shape } from "@relprop/tensor";
import { axisOf } from "../layer/axis.ts";
import { Reshaping } from "./reshaping.ts";
import { checkList } from "./whole-numbers.ts";

/** What a `Reshape` may be given besides its extents. */
export interface ReshapeOptions {
  /** The first axis that is replaced; the ones before it stay. `1`, the one behind the batch, by default. */
  readonly from?: number;
  /** Whether an extent of 0 keeps what the input has at that axis; by default it is 0. */
  readonly zeroKeeps?: boolean;
}

/** `[N, …]` to `[N, …shape]`; one extent may be −1, for what is left. `new Reshape([3, -1])` makes three rows. */
export class Reshape extends Reshaping {
  readonly kind = "Reshape";
  readonly shape: readonly number[];
  readonly from: number;
  readonly zeroKeeps: boolean;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(shape: readonly number[], options: ReshapeOptions = {}) {
    const { from = 1, zeroKeeps = false } = optionsOf("Reshape", options);
    super();
    checkList("Reshape", shape);
    const free = shape.filter((extent) => extent === -1).length;
    if (free > 1 || !shape.every((extent) => Number.isInteger(extent) && extent >= -1)) {
      throw new ShapeError(`Reshape: takes extents >= 0 and at most one -1, got [${shape.join(", ")}]`);
    }
    this.shape = shape;
    this.from = from;
    this.zeroKeeps = zeroKeeps;
  }

  outputShape(input: Shape): Shape {
    if (input.length < this.from) {
      throw new ShapeError(`Reshape: takes at least ${this.from} dimensions, got ${formatShape(input)}`);
    }
    const size = sizeOf(input.slice(this.from));
    const wanted = this.#wanted(input);
    const known = sizeOf(wanted.filter((extent) => extent !== -1));
    const left = !wanted.includes(-1) ? 1 : known === 0 && size === 0 ? 0 : size / known;
    if (!Number.isInteger(left) || known * left !== size) {
      const kept = this.from === 1 ? "N" : input.slice(0, this.from).join(", ");
      const takes = [kept, ...wanted.map((extent) => (extent === -1 ? "?" : extent))].filter((part) => part !== "");
      throw new ShapeError(`Reshape: takes what makes [${takes.join(", ")}], got ${formatShape(input)}`);
    }
    return [...input.slice(0, this.from), ...wanted.map((extent) => (extent === -1 ? left : extent))];
  }

  /** The extents with those the input decides filled in. */
  #wanted(input: Shape): Shape {
    return this.shape.map((extent, i) => (extent === 0 && this.zeroKeeps ? (input[this.from + i] ?? 0) : extent));
  }
}

/**
 * The input without some axes of extent 1; without all of them behind the batch if none are given, and for `"all"`
 * without the batch too, if it is one sample.
 */
export class Squeeze extends Reshaping {
  readonly kind = "Squeeze";
  readonly axes: readonly number[] | "all" | undefined;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(axes?: readonly number[] | "all") {
    super();
    if (axes !== undefined && axes !== "all") checkList("Squeeze", axes);
    this.axes = axes;
  }

  outputShape(input: Shape): Shape {
    if (this.axes === "all") return input.filter((extent) => extent !== 1);
    if (this.axes === undefined) return input.filter((extent, axis) => axis === 0 || extent !== 1);
    const axes = this.axes.map((axis) => axisOf("Squeeze", axis, input.length));
    const wide = axes.find((axis) => input[axis] !== 1);
    if (wide !== undefined) {
      throw new ShapeError(`Squeeze: takes an axis ${wide} of extent 1, got ${formatShape(input)}`);
    }
    return input.filter((_, axis) => !axes.includes(axis));
  }
}

/** The input with axes of extent 1 at the given places of the output. */
export class Unsqueeze extends Reshaping {
  readonly kind = "Unsqueeze";
  readonly axes: readonly number[];

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(axes: readonly number[]) {
    super();
    checkList("Unsqueeze", axes);
    this.axes = axes;
  }

  outputShape(input: Shape): Shape {
    const rank = input.length + this.axes.length;
    const axes = this.axes.map((axis) => axisOf("Unsqueeze", axis, rank));
    if (new Set(axes).size < axes.length) {
      throw new ShapeError(`Unsqueeze: takes different axes, got [${this.axes.join(", ")}]`);
    }
    const rest = input.values();
    return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : rest.next().value!));
  }
}
