/** Means, sums and extremes over axes. */
import {
  abs, GlobalAvgPool, GlobalMaxPool, pow, ReduceMax, ReduceMean, ReduceSum, sqrt, type Layer, type ReduceOptions,
} from "@relprop/layers";
import { full } from "@relprop/tensor";
import { reducedAxes } from "../fold/reduce.ts";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { scaleAndShift } from "./affine.ts";
import type { Operator } from "./operator.ts";

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
  ["ReduceL1", (op) => reduced(op, activated(op, abs, op.flow(0)), (options) => new ReduceSum(options))],
  ["ReduceSumSquare", sumOfSquares],
  ["ReduceL2", (op) => activated(op, sqrt, sumOfSquares(op))],
];

/** A reduction; over all spatial axes of `[N, C, …]` it is a global pool, where there is one. */
function reduced(
  op: Operation, x: Flow, make: (options: ReduceOptions) => Layer, pool?: (keepDims: boolean) => Layer,
): Flow {
  const rank = op.rank(x);
  const none = op.attributes.integer("noop_with_empty_axes") === 1;
  const axes = [...reducedAxes(rank, op.numbers(1, "axes"), none)].sort((a, b) => a - b);
  const keepDims = op.attributes.integer("keepdims") !== 0;
  if (axes.length === 0) return x;
  if (axes.includes(0)) throw new RangeError("takes axes behind the batch, got 0");
  const isGlobal = rank >= 3 && rank <= 5 && axes[0] === 2 && axes.length === rank - 2;
  return op.emit(isGlobal && pool !== undefined ? pool(keepDims) : make({ axes, keepDims }), x);
}

function negated(op: Operation, x: Flow): Flow {
  return scaleAndShift(op, x, full([], -1), undefined);
}

function sumOfSquares(op: Operation): Flow {
  return reduced(op, activated(op, pow(2), op.flow(0)), (options) => new ReduceSum(options));
}
