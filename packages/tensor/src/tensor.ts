/** Dense row-major tensors of 32-bit floats. */
import { allocate } from "./arena.ts";
import { checkKind } from "./check-kind.ts";
import { checkShape, formatShape, heldBy, sizeOf, ShapeError, type Shape } from "./shape.ts";
import { act } from "./trace.ts";
import type { Encoded, Weights } from "./weights.ts";

/** `shape` and the elements it lays out, row-major. Treat both as read-only once others hold the tensor. */
export class Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;

  /** Wraps `data` without copying; throws a `ShapeError` unless it has exactly the shape's number of elements. */
  constructor(shape: Shape, data: Float32Array) {
    this.shape = shape;
    this.data = data;
    heldBy(this, "Tensor");
  }

  /** The number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The same elements under another shape of the same size; nothing is copied. */
  reshape(shape: Shape): Tensor {
    return new Tensor(shape, this.data);
  }

  /** Its shape and first values, as people write them: `Tensor [2, 3]: 1, 2, 3, 4, 5, 6`. */
  toString(): string {
    const shown = Array.from(this.data.subarray(0, 8), (value) => String(Number(value.toPrecision(6))));
    const values = this.size > shown.length ? [...shown, "…"] : shown;
    return [`Tensor ${formatShape(this.shape)}`, ...(values.length > 0 ? [values.join(", ")] : [])].join(": ");
  }

  /** Elements `[from, to)` of the first axis, sharing memory with this tensor. */
  rows(from: number, to: number): Tensor {
    const [first, ...rest] = this.shape;
    if (first === undefined || from < 0 || to > first || from > to) {
      throw new ShapeError(`rows: takes a range within ${formatShape(this.shape)}, got ${from} to ${to}`);
    }
    const stride = sizeOf(rest);
    return new Tensor([to - from, ...rest], this.data.subarray(from * stride, to * stride));
  }
}

/** Throws a `TypeError` for what should be a tensor and is none. */
export function checkTensor(who: string, given: unknown): asserts given is Tensor {
  // Not by its class: a program may hold two copies of a package.
  checkKind(who, "a tensor", given, Object(given).reshape);
}

/** What tensors have whose numbers are stored in few bits. */
export interface Tensor {
  /** The numbers as they are stored: who can use them need not ask for `data`. */
  readonly encoded?: Encoded;
  /** The tensor of what `change` makes of the numbers, stored in as few bits. */
  readonly through?: (change: ChangeOfNumbers) => Tensor;
}

/** A tensor of the given values: a flat list, or nested lists whose nesting is the shape. */
export function tensor(values: NestedNumbers, shape: Shape = nestedShape(values)): Tensor {
  return new Tensor(shape, Float32Array.from(flattened(values)));
}

/** Changes a stretch of a tensor's numbers in place, given where it starts. */
export type ChangeOfNumbers = (stretch: Float32Array, from: number) => void;

/** A tensor's numbers as products take them: as they are stored. */
export function weightsOf(tensor: Tensor): Weights {
  return tensor.encoded ?? heldBy(tensor);
}

/** Numbers in lists of lists, as deep as the tensor has dimensions. */
export type NestedNumbers = number | ArrayLike<number> | readonly NestedNumbers[];

function checkNumbers(values: unknown): void {
  checkKind("tensor", "numbers in lists", values, typeof values === "object" && values);
}

/** All numbers, in their order; of typed arrays too, which have no `flat`. */
function flattened(values: NestedNumbers): ArrayLike<number> {
  if (typeof values === "number") return [values];
  checkNumbers(values);
  const list = values as ArrayLike<NestedNumbers>;
  if (typeof list[0] !== "object") return values as ArrayLike<number>;
  return Array.from(list, (each) => Array.from(flattened(each))).flat();
}

function nestedShape(values: NestedNumbers): Shape {
  if (typeof values === "number") return [];
  checkNumbers(values);
  const first = (values as readonly NestedNumbers[])[0];
  return first === undefined ? [0] : [values.length, ...nestedShape(first)];
}

/** A tensor of unspecified content, from the current arena if one is running. */
export function empty(shape: Shape, who = "Tensor"): Tensor {
  checkShape(who, shape);
  return new Tensor(shape, allocate(sizeOf(shape)));
}

/** A tensor of zeros. */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** A tensor of ones. */
export function ones(shape: Shape): Tensor {
  return full(shape, 1);
}

/** A tensor whose every element is `value`. */
export function full(shape: Shape, value: number): Tensor {
  const result = empty(shape);
  act(() => void result.data.fill(value));
  return result;
}

/** A copy in memory of its own, outside any arena. */
export function clone(x: Tensor): Tensor {
  const held = heldBy(x);
  const data = new Float32Array(held.length);
  // Of shared memory, `slice` copies a byte at a time.
  data.set(held);
  return new Tensor(x.shape, data);
}
