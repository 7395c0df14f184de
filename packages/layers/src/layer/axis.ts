/** Axes counted from either end, and what lies before and behind one. */
import { ShapeError, sizeOf, type Shape } from "@relprop/tensor";

/** `axis` counted from 0, where −1 is the last of `rank` axes; throws a `ShapeError` if there is none such. */
export function axisOf(who: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(`${who}: takes an axis from ${-rank} to ${rank - 1}, got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** A shape as three numbers: `outer · extent · inner` elements, the middle one along `axis`. */
export interface AroundAxis {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** What lies before, along and behind an axis. */
export function aroundAxis(shape: Shape, axis: number): AroundAxis {
  return { outer: sizeOf(shape.slice(0, axis)), extent: shape[axis] ?? 1, inner: sizeOf(shape.slice(axis + 1)) };
}

/** No axis that layers write positions down for is longer. */
const LONGEST = 2 ** 26;

/** Throws a `ShapeError` for an axis too long to write down its positions. */
export function checkExtent(who: string, extent: number): number {
  if (!(extent <= LONGEST)) throw new ShapeError(`${who}: takes axes of at most ${LONGEST} elements, got ${extent}`);
  return extent;
}
