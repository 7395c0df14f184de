/** A bound for layers that write down a position for every element along an axis. */
import { formatShape, type Shape } from "@relprop/tensor";

/** Extents that add up to more are no image, no signal and no text. */
const MOST = 2 ** 20;

/** Throws a `RangeError` for shapes whose extents are out of proportion. */
export function modest(shapes: readonly Shape[]): void {
  const large = shapes.find((shape) => !(shape.reduce((sum, extent) => sum + extent, 0) <= MOST));
  if (large !== undefined) {
    throw new RangeError(`takes extents that add up to ${MOST} at most, got ${formatShape(large)}`);
  }
}
