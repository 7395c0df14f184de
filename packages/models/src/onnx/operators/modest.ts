/** Bounds for layers that write down a position for every element along an axis. */
import { formatShape, type Shape } from "@relprop/tensor";
import type { Operation } from "../operation.ts";

/** Extents that add up to more are no image, no signal and no text. */
const MOST = 2 ** 20;

/** Throws a `RangeError` for shapes, one per probe, whose extents are out of proportion, alone or with other nodes'. */
export function modest({ graph }: Operation, shapes: readonly Shape[]): void {
  const sums = shapes.map((shape) => shape.reduce((sum, extent) => sum + extent, 0));
  const large = sums.findIndex((sum) => !(sum <= MOST));
  if (large >= 0) {
    throw new RangeError(`takes extents that add up to ${MOST} at most, got ${formatShape(shapes[large]!)}`);
  }
  graph.budget.positions.take(Math.max(...sums));
}
