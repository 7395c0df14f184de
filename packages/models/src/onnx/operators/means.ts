/** Means over axes. */
import { GlobalAvgPool, Identity, ReduceMean, type Layer, type ReduceOptions } from "@relprop/layers";
import { frontAxis } from "../fold/call.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";
import { listLength } from "./reshapes.ts";

/** Means over axes behind the batch. */
export const means: readonly (readonly [string, Operator])[] = [
  ["ReduceMean", (op) => {
    const pool = (keepDims: boolean): Layer => new GlobalAvgPool({ keepDims });
    return reduced(op, op.flow(0), (options) => new ReduceMean(options), pool);
  }],
];

/** A reduction; over all spatial axes of `[N, C, …]` it is a global pool, where there is one. */
export function reduced(
  op: Operation, x: Flow, make: (options: ReduceOptions) => Layer, pool?: (keepDims: boolean) => Layer,
): Flow {
  const none = op.attributes.integer("noop_with_empty_axes") === 1;
  const keepDims = op.attributes.integer("keepdims") !== 0;
  const attribute = op.attributes.integers("axes");
  const count = listLength(op, 1, "axes");
  const all = (count ?? 0) === 0 && op.value(1)?.kind !== "flow";
  if (all && none) return x;
  const { rank } = x;
  const kind = make({}).kind;
  return op.decide({
    kind, role: make({}).role, keepsSign: true, reads: [x], lists: [1],
    ...(all && rank === undefined ? { shapesOf: [x] } : {}),
    rank: keepDims ? rank : all ? 0 : rank === undefined || count === undefined ? undefined : rank - count,
    make: ({ lists: [axes = attribute ?? []], shapes: [shape] }) => {
      const length = rank ?? shape?.length;
      if (axes.length === 0 && none) return new Identity();
      const chosen = axes.length > 0 ? axes : Array.from({ length: length ?? 0 }, (_, axis) => axis);
      const front = length === undefined
        ? chosen
        : chosen.map((axis) => frontAxis(axis, length)).sort((a, b) => a - b);
      const isGlobal = length !== undefined && length >= 3 && length <= 5 &&
        front[0] === 2 && front.length === length - 2;
      return isGlobal && pool !== undefined ? pool(keepDims) : make({ axes: front, keepDims });
    },
  });
}
