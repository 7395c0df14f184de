/** Means, sums and extremes over axes. */
import {
  abs, GlobalAvgPool, GlobalMaxPool, Identity, log, pow, ReduceLogSumExp, ReduceMax, ReduceMean, ReduceProduct,
  ReduceSum, type Layer, type ReduceOptions,
} from "@relprop/layers";
import { full } from "@relprop/tensor";
import { frontAxis } from "../fold/call.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { scaleAndShift } from "./affine.ts";
import { normRoot } from "./norm-root.ts";
import type { Operator } from "./operator.ts";
import { listLength } from "./reshapes.ts";

/** Reductions over axes behind the batch. */
export const reductions: readonly (readonly [string, Operator])[] = [
  ["ReduceMean", (op) => {
    const pool = (keepDims: boolean): Layer => new GlobalAvgPool({ keepDims });
    return reduced(op, op.flow(0), (options) => new ReduceMean(options), pool);
  }],
  ["ReduceMax", (op) => {
    const pool = (keepDims: boolean): Layer => new GlobalMaxPool({ keepDims });
    return reduced(op, op.flow(0), (options) => new ReduceMax(options), pool);
  }],
  ["ReduceSum", (op) => reduced(op, op.flow(0), (options) => new ReduceSum(options))],
  ["ReduceMin", (op) => negated(op, reduced(op, negated(op, op.flow(0)), (options) => new ReduceMax(options)))],
  ["ReduceLogSum", (op) =>
    activated(op, log, reduced(op, op.flow(0), (options) => new ReduceSum(options)))],
  ["ReduceLogSumExp", (op) => reduced(op, op.flow(0), (options) => new ReduceLogSumExp(options))],
  ["ReduceProd", (op) => reduced(op, op.flow(0), (options) => new ReduceProduct(options))],
  ["ReduceL1", (op) => reduced(op, activated(op, abs, op.flow(0)), (options) => new ReduceSum(options))],
  ["ReduceSumSquare", sumOfSquares],
  ["ReduceL2", (op) => activated(op, normRoot(2), sumOfSquares(op))],
];

/** A reduction; over all spatial axes of `[N, C, …]` it is a global pool, where there is one. */
function reduced(
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

function negated(op: Operation, x: Flow): Flow {
  return scaleAndShift(op, x, full([], -1), undefined);
}

function sumOfSquares(op: Operation): Flow {
  return reduced(op, activated(op, pow(2), op.flow(0)), (options) => new ReduceSum(options));
}
