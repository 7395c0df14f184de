/** Sums, products and extremes of constants. */
import { sizeOf } from "@relprop/tensor";
import { isInteger, type DType } from "../../dtype.ts";
import type { Constant } from "../constant.ts";
import { rowMajorStrides, walkTogether } from "../../strided.ts";
import { frontAxis, input, integersOf, type Fold, type FoldCall } from "./call.ts";
import { keptRank, moreAxes, type Asked, type Outcome } from "./outcome.ts";
import { limitsOf, numberType, stored } from "./whole.ts";

interface Reduction {
  readonly start: number;
  readonly step: (a: number, b: number) => number;
  /** What becomes of the result over so many numbers. */
  readonly end?: (value: number, count: number) => number;
}

const plus = (a: number, b: number): number => a + b;

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceL1: { start: 0, step: (a, b) => a + Math.abs(b) },
  ReduceL2: { start: 0, step: (a, b) => a + b * b, end: Math.sqrt },
  ReduceLogSum: { start: 0, step: plus, end: Math.log },
  ReduceLogSumExp: { start: 0, step: (a, b) => a + Math.exp(b), end: Math.log },
  ReduceMax: { start: -Infinity, step: Math.max },
  ReduceMean: { start: 0, step: plus, end: (sum, count) => sum / count },
  ReduceMin: { start: Infinity, step: Math.min },
  ReduceProd: { start: 1, step: (a, b) => a * b },
  ReduceSum: { start: 0, step: plus },
  ReduceSumSquare: { start: 0, step: (a, b) => a + b * b },
};

/** Reductions. */
export const reduceFolds: readonly (readonly [string, Fold])[] = [
  ...Object.entries(REDUCTIONS).map(
    ([name, reduction]): [string, Fold] => [name, (call) => [reduce(call, reduction)]],
  ),
  ["ArgMax", (call) => [chosen(call, 1)]],
  ["ArgMin", (call) => [chosen(call, -1)]],
];

const SHAPED: ReadonlySet<string> = new Set(["ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum"]);

/** What is known of them beforehand. */
export const reduceOutcomes: readonly (readonly [string, Outcome])[] = [
  ...Object.keys(REDUCTIONS).map((name): [string, Outcome] =>
    [name, { decisive: [1], shaped: SHAPED.has(name), rank: reducedRank(({ length }) => length(1, "axes")) }]),
  ...["ArgMax", "ArgMin"].map((name): [string, Outcome] => [name, { type: () => "I64", rank: reducedRank(() => 1) }]),
];

/** That of the first input without so many axes, unless they are kept. */
function reducedRank(axes: (node: Asked) => number | undefined): NonNullable<Outcome["rank"]> {
  return (node) =>
    (node.attributes.integer("keepdims") === 0 ? moreAxes(keptRank(node), axes(node), -1) : keptRank(node));
}

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

function reduce(call: FoldCall, { start, step, end = (value) => value }: Reduction): Constant {
  const x = input(call, 0);
  const axes = integersOf(call, 1, "axes");
  const reduced = reducedAxes(x.shape.length, axes, call.attributes.integer("noop_with_empty_axes") === 1);
  const kept = x.shape.map((extent, axis) => (reduced.has(axis) ? 1 : extent));
  const dtype = numberType(x);
  const shape = call.attributes.integer("keepdims") === 0 ? kept.filter((_, axis) => !reduced.has(axis)) : kept;
  const data = call.budget.array(dtype, kept);
  if (call.trial === true) return { dtype, shape, data };
  const sums = new Float64Array(sizeOf(kept)).fill(start);
  const targets = rowMajorStrides(kept).map((stride, axis) => (reduced.has(axis) ? 0 : stride));
  walkTogether(x.shape, rowMajorStrides(x.shape), targets, (from, to) => {
    sums[to] = step(sums[to]!, x.data[from]!);
  });
  const store = storing(dtype);
  sums.forEach((sum, i) => (data[i] = store(end(sum, x.data.length / sums.length))));
  return { dtype, shape, data };
}

/** Whole numbers are cut off; what nothing was chosen from is the least or the greatest number there is. */
function storing(dtype: DType): (value: number) => number {
  const store = stored(dtype);
  if (!isInteger(dtype)) return store;
  if (dtype === "BOOL") return (value) => Number(value > 0);
  const [low, high] = limitsOf(dtype);
  return (value) => (Number.isFinite(value) ? store(Math.trunc(value)) : value > 0 ? high : low);
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
