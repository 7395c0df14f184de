/** Sums, products and extremes over axes. */
import {
  abs, GlobalMaxPool, log, pow, ReduceLogSumExp, ReduceMax, ReduceProduct, ReduceSum, type Layer,
} from "@relprop/layers";
import { full } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { scaleAndShift } from "./affine.ts";
import { normRoot } from "./norm-root.ts";
import { reduced } from "./means.ts";
import type { Operator } from "./operator.ts";

/** Reductions over axes behind the batch. */
export const reductions: readonly (readonly [string, Operator])[] = [
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

function negated(op: Operation, x: Flow): Flow {
  return scaleAndShift(op, x, full([], -1), undefined);
}

function sumOfSquares(op: Operation): Flow {
  return reduced(op, activated(op, pow(2), op.flow(0)), (options) => new ReduceSum(options));
}
