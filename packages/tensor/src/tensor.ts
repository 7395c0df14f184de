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
    // Numbers in few bits are decoded when they are asked for. Not by its class: hosts may have several.
    const kind = data[Symbol.toStringTag];
    checkKind("Tensor", "a Float32Array", kind ?? data, kind === "Float32Array" || Object(data).decode);
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
export function tensor(values: NestedNumbers, shape?: Shape): Tensor {
  const nesting = nestedShape(values);
  checkShape("tensor", nesting);
  const data = new Float32Array(sizeOf(nesting));
  write([values], [1, ...nesting], data, 0);
  return new Tensor(shape ?? nesting, data);
}

/** Changes a stretch of a tensor's numbers in place, given where it starts. */
export type ChangeOfNumbers = (stretch: Float32Array, from: number) => void;

/** A tensor's numbers as products take them: as they are stored. */
export function weightsOf(tensor: Tensor): Weights {
  return tensor.encoded ?? heldBy(tensor);
}

/** Numbers in lists of lists, as deep as the tensor has dimensions. */
export type NestedNumbers = number | ArrayLike<number> | readonly NestedNumbers[];

/** Lists that go deeper hold themselves, most often. */
const MOST_AXES = 64;

/** Throws a `TypeError` for what is no list. */
function checkNumbers(values: unknown): asserts values is ArrayLike<NestedNumbers> {
  checkKind("tensor", "numbers in lists", values, typeof values === "object" && Object(values).length >= 0);
}

/** The lengths of the lists that come first. */
function nestedShape(values: NestedNumbers): Shape {
  const shape: number[] = [];
  for (let inner: NestedNumbers | undefined = values; typeof inner !== "number"; inner = inner[0]) {
    checkNumbers(inner);
    shape.push(inner.length);
    if (inner.length === 0) break;
    if (shape.length > MOST_AXES) throw new ShapeError(`tensor: takes lists up to ${MOST_AXES} deep, got deeper ones`);
  }
  return shape;
}

/** Writes all numbers in their order, from `at` on; returns where they end. */
function write(values: NestedNumbers, [length, ...inner]: Shape, data: Float32Array, at: number): number {
  checkNumbers(values);
  const got = values.length;
  if (got !== length) throw new ShapeError(`tensor: takes lists as long as the first, ${length}, got ${got}`);
  for (let i = 0; i < got; i++) {
    const value = values[i]!;
    if (inner.length > 0) {
      at = write(value, inner, data, at);
    } else {
      if (typeof value !== "number") checkKind("tensor", "numbers in lists as deep as the first", value, false);
      data[at++] = value;
    }
  }
  return at;
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
