/** What an operator becomes. */
import type { Operation } from "../operation.ts";
import type { Value } from "../value.ts";

/** Turns a node into layers: the value of its output, or one per output. Throws a `RangeError` for what it does not take. */
export type Operator = (operation: Operation) => Value | readonly Value[];
