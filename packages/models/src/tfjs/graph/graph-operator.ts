/** What an operator of TensorFlow's graphs is here. */
import type { GraphNode } from "./graph-def.ts";
import type { Rewrite } from "./rewrite.ts";

/** Writes down what a node does; throws a `RangeError` for what it does not take. */
export type GraphOperator = (node: GraphNode, to: Rewrite) => void;
