/** Sums, products and extremes of constants. */
import type { Constant } from "../constant.ts";
import { rowMajorStrides, walkTogether } from "../../strided.ts";
import { frontAxis, input, integersOf, type Fold, type FoldCall } from "./call.ts";
import { numberType } from "./elementwise.ts";

const REDUCTIONS: Readonly<Record<string, readonly [start: number, step: (a: number, b: number) => number]>> = {
  ReduceMax: [-Infinity, Math.max],
  ReduceMean: [0, (a, b) => a + b],
  ReduceMin: [Infinity, Math.min],
  ReduceProd: [1, (a, b) => a * b],
  ReduceSum: [0, (a, b) => a + b],
};

/** Reductions. */
export const reduceFolds: readonly (readonly [string, Fold])[] = [
  ...Object.entries(REDUCTIONS).map(
    ([name, [start, step]]): [string, Fold] => [name, (call) => [reduce(call, start, step, name === "ReduceMean")]],
  ),
  ["ArgMax", (call) => [chosen(call, 1)]],
  ["ArgMin", (call) => [chosen(call, -1)]],
];

/** The positions of the largest (or smallest) along an axis, the first or the last on ties. */
function chosen(call: FoldCall, sign: 1 | -1): Constant {
  const x = input(call, 0);
  const axis = frontAxis(call.attributes.integer("axis") ?? 0, x.shape.length);
  const isLast = call.attributes.integer("select_last_index") === 1;
  const kept = x.shape.with(axis, 1);
  const data = call.budget.array("I64", kept);
  const best = new Float64Array(data.length).fill(-Infinity);
  const inner = x.shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const extent = x.shape[axis]!;
  for (let i = 0; i < x.data.length; i++) {
    const to = Math.floor(i / (extent * inner)) * inner + (i % inner);
    const value = sign * x.data[i]!;
    if (value > best[to]! || (isLast && value === best[to]!)) {
      best[to] = value;
      data[to] = Math.floor(i / inner) % extent;
    }
  }
  const shape = call.attributes.integer("keepdims") === 0 ? x.shape.toSpliced(axis, 1) : kept;
  return { dtype: "I64", shape, data };
}

function reduce(call: FoldCall, start: number, step: (a: number, b: number) => number, mean: boolean): Constant {
  const x = input(call, 0);
  const axes = integersOf(call, 1, "axes");
  const reduced = reducedAxes(x.shape.length, axes, call.attributes.integer("noop_with_empty_axes") === 1);
  const kept = x.shape.map((extent, axis) => (reduced.has(axis) ? 1 : extent));
  const dtype = numberType(x);
  const data = call.budget.array(dtype, kept).fill(start);
  const targets = rowMajorStrides(kept).map((stride, axis) => (reduced.has(axis) ? 0 : stride));
  walkTogether(x.shape, rowMajorStrides(x.shape), targets, (from, to) => {
    data[to] = step(data[to]!, x.data[from]!);
  });
  if (mean) data.forEach((sum, i) => (data[i] = (sum * data.length) / x.data.length));
  const shape = call.attributes.integer("keepdims") === 0 ? kept.filter((_, axis) => !reduced.has(axis)) : kept;
  return { dtype, shape, data };
}

/** The axes a reduction runs over: those given, or all. */
export function reducedAxes(
  rank: number, axes: readonly number[] | undefined, noneByDefault: boolean,
): ReadonlySet<number> {
  if (axes === undefined || axes.length === 0) {
    return new Set(noneByDefault ? [] : Array.from({ length: rank }, (_, axis) => axis));
  }
  return new Set(axes.map((axis) => frontAxis(axis, rank)));
}
