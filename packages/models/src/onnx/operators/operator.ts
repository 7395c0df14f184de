/** What an operator becomes. */
import type { Operation } from "../operation.ts";
import type { Value } from "../value.ts";

/** Turns a node into layers: the value of its output, or one per output; throws a `RangeError` for what it refuses. */
export type Operator = (operation: Operation) => Value | readonly Value[];
