/** Shapes and the errors that speak of them. */

import { checkList } from "./check-kind.ts";

/** The extents of a tensor, outermost first; the last one runs fastest in memory. */
export type Shape = readonly number[];

/** Thrown when a shape is not what an operation takes; the message says who, what it takes and what it got. */
export class ShapeError extends RangeError {
  override readonly name = "ShapeError";
}

/** The number of elements of a shape: the product of its extents, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  checkList("sizeOf", shape);
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Whether two shapes have the same extents in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a?.length === b?.length && a?.every?.((extent, axis) => extent === b[axis]) === true;
}

/**
 * A shape as people write it: `[2, 3, 32, 32]`; what has too many extents to be one is cut short; `none` where what
 * should be a tensor is none.
 */
export function formatShape(shape: Shape): string {
  if (typeof shape?.every !== "function") return shape === undefined ? "none" : String(shape);
  const cut = shape.length > 64 ? [...shape.slice(0, 8), `… ${shape.length} extents`] : shape;
  return `[${cut.join(", ")}]`;
}

/** Throws a `ShapeError` unless every extent is a whole number of at least 0 and the size fits an array. */
export function checkShape(who: string, shape: Shape): void {
  const isShape = typeof shape?.every === "function";
  const whole = isShape && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (whole && sizeOf(shape) <= 2 ** 32) return;
  const takes = whole ? "at most 2^32 elements" : "extents that are whole numbers >= 0";
  throw new ShapeError(`${who}: takes ${takes}, got ${formatShape(shape)}`);
}

/** Throws a `ShapeError` unless both shapes are equal. */
export function checkSameShape(who: string, takes: Shape, got: Shape): void {
  if (!sameShape(takes, got)) {
    throw new ShapeError(`${who}: takes ${formatShape(takes)}, got ${formatShape(got)}`);
  }
}

type Extents<Rank extends number, Result extends number[] = []> = Result["length"] extends Rank
  ? Result
  : Extents<Rank, [...Result, number]>;

/** The extents as a tuple of a known length, or a `ShapeError` naming `who` takes that many dimensions. */
export function dims<Rank extends number>(who: string, shape: Shape, rank: Rank): Extents<Rank> {
  if (shape?.length !== rank) {
    throw new ShapeError(`${who}: takes ${rank} dimensions, got ${formatShape(shape)}`);
  }
  return shape as unknown as Extents<Rank>;
}

/**
 * The shape that both broadcast to: extents are aligned at the end, and an extent of 1 stretches.
 * Throws a `ShapeError` when they do not fit.
 */
export function broadcastShape(who: string, a: Shape, b: Shape): Shape {
  checkList(who, a);
  checkList(who, b);
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(`${who}: takes shapes that broadcast, got ${formatShape(a)} and ${formatShape(b)}`);
    }
    return left === 1 ? right : left;
  });
}

/** The numbers of a value; throws a `ShapeError` where its shape has more, or a buffer that was transferred none. */
export function heldBy<Held extends Holding>(held: Held, who = "Tensor"): Held["data"] {
  checkShape(who, held?.shape);
  const { shape, data } = held;
  if (sizeOf(shape) === data?.length) return data;
  const got = data?.length || "0: was the buffer transferred?";
  throw new ShapeError(`${who}: takes ${sizeOf(shape)} elements for shape ${formatShape(shape)}, got ${got}`);
}

interface Holding {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}
