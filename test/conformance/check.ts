/** Comparisons of what came out with what should have. */
import type { StoredTensor } from "@relprop/models";
import { formatShape, relativeError, sameShape, type Tensor } from "@relprop/tensor";

/** One comparison. */
export interface Check {
  /** What was compared: `relevance`, `output`, `relevance.conv1`. */
  readonly what: string;
  /** The relative L2 error, `‖got − want‖ / ‖want‖`. */
  readonly error: number;
  readonly tolerance: number;
}

/** Whether the error is within the tolerance; NaN is not. */
export function holds({ error, tolerance }: Check): boolean {
  return error <= tolerance;
}

/** Compares a tensor with the reference. Throws where they differ in shape. */
export function check(what: string, got: Tensor, want: StoredTensor, tolerance: number): Check {
  if (!sameShape(got.shape, want.shape)) {
    throw new RangeError(`${what}: takes ${formatShape(want.shape)}, got ${formatShape(got.shape)}`);
  }
  return { what, error: relativeError(got.data, want.float64()), tolerance };
}
