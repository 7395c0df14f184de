/** The shape a `Reshape` leads to. */
import { sizeOf, type Shape } from "@relprop/tensor";

/** Fills in −1 (what is left) and, unless `allowZero`, 0 (as in the input); throws a `RangeError` if sizes differ. */
export function resolveReshape(shape: Shape, target: readonly number[], allowZero = false): Shape {
  const filled = target.map((extent, axis) => (extent === 0 && !allowZero ? (shape[axis] ?? 0) : extent));
  const open = filled.indexOf(-1);
  if (open >= 0) {
    const rest = sizeOf(filled.filter((_, axis) => axis !== open));
    filled[open] = rest === 0 ? 0 : sizeOf(shape) / rest;
  }
  if (!filled.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || sizeOf(filled) !== sizeOf(shape)) {
    throw new RangeError(`takes a shape of ${sizeOf(shape)} elements, got [${target.join(", ")}]`);
  }
  return filled;
}
