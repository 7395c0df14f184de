/** The root that makes a norm of a sum of powers. */
import { pow, sqrt, type Activation } from "@relprop/layers";

/**
 * `z^(1/p)`, whose slope at 0 counts as 0: where all that a norm sums is 0, that is what frameworks take for its
 * slope, and infinity times the slopes of the powers were no number.
 */
export function normRoot(p: number): Activation {
  const root = p === 2 ? sqrt : pow(1 / p);
  return { ...root, slope: (z) => (z === 0 ? 0 : root.slope(z)) };
}
