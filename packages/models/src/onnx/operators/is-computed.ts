/** Whether parameters are constants. */
import type { Operation } from "../operation.ts";

/** Whether one of these inputs is no constant. */
export function isComputed(op: Operation, ...indices: readonly number[]): boolean {
  return indices.some((index) => op.value(index)?.kind === "flow");
}
