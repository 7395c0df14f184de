/** Sums and products that run along an axis, and matrices with ones. */
import { sizeOf } from "@relprop/tensor";
import type { Constant } from "../constant.ts";
import { frontAxis, input, type Fold, type FoldCall } from "./call.ts";
import { castType } from "./elementwise.ts";
import { keptRank, moreAxes, type Outcome } from "./outcome.ts";
import { numberType, stored } from "./whole.ts";

/** Running totals, one-hot rows, diagonals. */
export const runningFolds: readonly (readonly [string, Fold])[] = [
  ["CumSum", (call) => [running(call, 0, (a, b) => a + b)]],
  ["CumProd", (call) => [running(call, 1, (a, b) => a * b)]],
  ["EyeLike", eyeLike],
  ["OneHot", oneHot],
  ["Trilu", trilu],
];

/** What is known of them beforehand. */
export const runningOutcomes: readonly (readonly [string, Outcome])[] = [
  ["CumSum", { rank: keptRank }],
  ["CumProd", { rank: keptRank }],
  ["EyeLike", {
    ends: true,
    type({ attributes, type }) {
      const code = attributes.integer("dtype");
      return code === undefined ? type(0) ?? "F32" : castType(code);
    },
    rank: () => 2,
  }],
  ["OneHot", {
    decisive: [1], ends: true, type: ({ type }) => type(2) ?? "F32", rank: (node) => moreAxes(keptRank(node), 1),
  }],
  ["Trilu", { rank: keptRank }],
];

/** The upper or lower triangle of the last two axes, zeros elsewhere. */
function trilu(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const [rows, columns] = [x.shape.at(-2), x.shape.at(-1)];
  if (rows === undefined || columns === undefined) throw new RangeError(`takes matrices, got [${x.shape.join(", ")}]`);
  const k = call.inputs[1]?.data[0] ?? 0;
  const isUpper = call.attributes.integer("upper") !== 0;
  const data = call.budget.array(x.dtype, x.shape);
  for (let i = 0; i < data.length; i++) {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    if (isUpper ? column - row >= k : column - row <= k) data[i] = x.data[i]!;
  }
  return [{ dtype: x.dtype, shape: x.shape, data }];
}

function running(call: FoldCall, start: number, step: (a: number, b: number) => number): Constant {
  const x = input(call, 0);
  const axis = frontAxis(input(call, 1).data[0] ?? NaN, x.shape.length);
  const [exclusive, reverse] = ["exclusive", "reverse"].map((name) => call.attributes.integer(name) === 1);
  const dtype = numberType(x);
  const store = stored(dtype);
  const data = call.budget.array(dtype, x.shape);
  const [outer, extent, inner] = [sizeOf(x.shape.slice(0, axis)), x.shape[axis]!, sizeOf(x.shape.slice(axis + 1))];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = start;
      for (let p = 0; p < extent; p++) {
        const at = (o * extent + (reverse ? extent - 1 - p : p)) * inner + i;
        if (exclusive) data[at] = store(total);
        total = step(total, x.data[at]!);
        if (!exclusive) data[at] = store(total);
      }
    }
  }
  return { dtype, shape: x.shape, data };
}

function eyeLike(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const [rows, columns] = x.shape;
  if (rows === undefined || columns === undefined || x.shape.length !== 2) {
    throw new RangeError(`takes a matrix, got [${x.shape.join(", ")}]`);
  }
  const code = call.attributes.integer("dtype");
  const dtype = code === undefined ? x.dtype : castType(code);
  const k = call.attributes.integer("k") ?? 0;
  const data = call.budget.array(dtype, x.shape);
  for (let row = Math.max(0, -k); row < rows && row + k < columns; row++) data[row * columns + row + k] = 1;
  return [{ dtype, shape: x.shape, data }];
}

function oneHot(call: FoldCall): readonly Constant[] {
  const [indices, { data: [depth = NaN] }, values] = [input(call, 0), input(call, 1), input(call, 2)];
  const [off = 0, on = 1] = values.data;
  if (!(Number.isInteger(depth) && depth >= 0)) throw new RangeError(`takes a whole depth, got ${depth}`);
  const axis = frontAxis(call.attributes.integer("axis") ?? -1, indices.shape.length + 1);
  const shape = indices.shape.toSpliced(axis, 0, depth);
  const data = call.budget.array(values.dtype, shape).fill(off);
  const inner = sizeOf(indices.shape.slice(axis));
  indices.data.forEach((index, i) => {
    const at = index < 0 ? index + depth : index;
    if (at >= 0 && at < depth) data[(Math.floor(i / inner) * depth + Math.trunc(at)) * inner + (i % inner)] = on;
  });
  return [{ dtype: values.dtype, shape, data }];
}
