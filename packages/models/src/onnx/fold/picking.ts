/** Elements of constants picked and placed by position, counted, chosen, sorted. */
import { sizeOf } from "@relprop/tensor";
import type { Constant } from "../constant.ts";
import { frontAxis, input, type Fold, type FoldCall } from "./call.ts";
import { alongAxis, byTuples, kept, turned, type Positions } from "./indices.ts";
import { keptRank, openRank, type Outcome } from "./outcome.ts";
import { stored } from "./whole.ts";

/** Gathering and scattering by indices. */
export const pickingFolds: readonly (readonly [string, Fold])[] = [
  ["Compress", (call) => [picked(call, kept(shapeOf(call), input(call, 1).data, call.attributes.integer("axis")))]],
  ["GatherElements", (call) => {
    const indices = input(call, 1);
    return [picked(call, alongAxis(shapeOf(call), indices.shape, indices.data, call.attributes.integer("axis") ?? 0))];
  }],
  ["GatherND", (call) => {
    const { shape, data } = input(call, 1);
    return [picked(call, byTuples(shapeOf(call), shape, data, call.attributes.integer("batch_dims") ?? 0))];
  }],
  ["ReverseSequence", (call) => {
    const [time, batch] = [call.attributes.integer("time_axis") ?? 0, call.attributes.integer("batch_axis") ?? 1];
    return [picked(call, turned(shapeOf(call), input(call, 1).data, time, batch))];
  }],
  ["Scatter", (call) => [scattered(call)]],
  ["ScatterElements", (call) => [scattered(call)]],
  ["ScatterND", (call) => [placed(call, byTuples(shapeOf(call), input(call, 1).shape, input(call, 1).data))]],
  ["NonZero", nonZero],
  ["TopK", topK],
  ["Unique", unique],
];

/** What is known of them beforehand. */
export const pickingOutcomes: readonly (readonly [string, Outcome])[] = [
  ["Compress", { decisive: [0, 1], rank: openRank }],
  ["GatherElements", { rank: ({ ranks }) => ranks[1] }],
  ["GatherND", { rank: openRank }],
  ["NonZero", { decisive: [0], type: () => "I64", rank: () => 2 }],
  ["ReverseSequence", { rank: keptRank }],
  ["Scatter", { rank: keptRank }],
  ["ScatterElements", { rank: keptRank }],
  ["ScatterND", { rank: keptRank }],
  ["TopK", { decisive: [1], others: ["I64"], rank: keptRank }],
  ["Unique", { decisive: [0], others: ["I64", "I64", "I64"], rank: openRank }],
];

function shapeOf(call: FoldCall): readonly number[] {
  return input(call, 0).shape;
}

function picked(call: FoldCall, { shape, positions }: Positions): Constant {
  const x = input(call, 0);
  const data = call.budget.array(x.dtype, shape);
  positions.forEach((from, i) => (data[i] = x.data[from]!));
  return { dtype: x.dtype, shape, data };
}

function scattered(call: FoldCall): Constant {
  const indices = input(call, 1);
  return placed(call, alongAxis(shapeOf(call), indices.shape, indices.data, call.attributes.integer("axis") ?? 0));
}

/** How an update meets what is there. */
export const MEETINGS: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** How updates of a node meet what is there; throws a `RangeError` for other words. */
export function meetingOf(word = "none"): "none" | "add" | "mul" | "max" | "min" {
  if (!Object.hasOwn(MEETINGS, word)) {
    throw new RangeError(`takes reductions ${Object.keys(MEETINGS).join(", ")}, got ${word}`);
  }
  return word as "none";
}

function placed(call: FoldCall, { shape, positions }: Positions): Constant {
  const [x, updates] = [input(call, 0), input(call, 2)];
  if (updates.shape.join() !== shape.join()) {
    throw new RangeError(`takes updates of [${shape.join(", ")}], got [${updates.shape.join(", ")}]`);
  }
  const meet = MEETINGS[meetingOf(call.attributes.text("reduction"))]!;
  const data = call.budget.array(x.dtype, x.shape);
  const store = stored(x.dtype);
  x.data.forEach((value, i) => (data[i] = value));
  positions.forEach((to, i) => (data[to] = store(meet(data[to]!, updates.data[i]!))));
  return { dtype: x.dtype, shape: x.shape, data };
}

function nonZero(call: FoldCall): readonly Constant[] {
  const { shape, data: values } = input(call, 0);
  const found = Array.from(values.keys()).filter((i) => values[i] !== 0);
  const result = [Math.max(shape.length, 0), found.length];
  const data = call.budget.array("I64", result);
  shape.forEach((extent, axis) => {
    const inner = sizeOf(shape.slice(axis + 1));
    found.forEach((at, i) => (data[axis * found.length + i] = Math.floor(at / inner) % extent));
  });
  return [{ dtype: "I64", shape: result, data }];
}

/** The positions of the k largest (or smallest) of every line along an axis, the first on ties. */
export function topPositions(
  values: ArrayLike<number>, { outer, extent, inner }: { outer: number; extent: number; inner: number }, k: number,
  largest: boolean,
): Int32Array {
  if (!(Number.isInteger(k) && k >= 0 && k <= extent)) throw new RangeError(`takes k from 0 to ${extent}, got ${k}`);
  const result = new Int32Array(outer * k * inner);
  const sign = largest ? -1 : 1;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const at = (position: number): number => values[(o * extent + position) * inner + i]!;
      const order = Array.from({ length: extent }, (_, position) => position);
      order.sort((a, b) => compared(sign * at(a), sign * at(b)) || a - b);
      for (let j = 0; j < k; j++) result[(o * k + j) * inner + i] = order[j]!;
    }
  }
  return result;
}

/** NaN stands behind everything. */
function compared(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

function topK(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const axis = frontAxis(call.attributes.integer("axis") ?? -1, x.shape.length);
  const k = call.inputs[1]?.data[0] ?? call.attributes.integer("k") ?? NaN;
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const around = { outer, extent: x.shape[axis]!, inner };
  const positions = topPositions(x.data, around, k, call.attributes.integer("largest") !== 0);
  const shape = x.shape.with(axis, k);
  const [values, indices] = [call.budget.array(x.dtype, shape), call.budget.array("I64", shape)];
  positions.forEach((position, i) => {
    const o = Math.floor(i / (k * inner));
    values[i] = x.data[(o * around.extent + position) * inner + (i % inner)]!;
    indices[i] = position;
  });
  return [{ dtype: x.dtype, shape, data: values }, { dtype: "I64", shape, data: indices }];
}

/** Where each different slice comes first, which of them every slice is, and how often each comes. */
export function distinct(
  x: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }, axis: number | undefined, sorted: boolean,
): { readonly first: readonly number[]; readonly inverse: readonly number[]; readonly counts: readonly number[] } {
  const extent = axis === undefined ? x.data.length : x.shape[axis]!;
  const inner = axis === undefined ? 1 : sizeOf(x.shape.slice(axis + 1));
  const outer = axis === undefined ? 1 : sizeOf(x.shape.slice(0, axis));
  const slice = (at: number): number[] => Array.from(
    { length: outer * inner }, (_, i) => x.data[(Math.floor(i / inner) * extent + at) * inner + (i % inner)]!,
  );
  const slices = Array.from({ length: extent }, (_, at) => slice(at));
  const groups = new Map<string, number[]>();
  slices.forEach((values, at) => {
    const key = values.map((value) => (Number.isNaN(value) ? `NaN${at}` : `${value}`)).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [at]);
    else group.push(at);
  });
  const members = [...groups.values()];
  if (sorted) members.sort((a, b) => lexical(slices[a[0]!]!, slices[b[0]!]!));
  const inverse = new Array<number>(extent).fill(0);
  members.forEach((group, i) => group.forEach((at) => (inverse[at] = i)));
  return { first: members.map(([at]) => at!), inverse, counts: members.map(({ length }) => length) };
}

function lexical(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compared(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

function unique(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const given = call.attributes.integer("axis");
  const axis = given === undefined ? undefined : frontAxis(given, x.shape.length);
  const { first, inverse, counts } = distinct(x, axis, call.attributes.integer("sorted") !== 0);
  const shape = axis === undefined ? [first.length] : x.shape.with(axis, first.length);
  const data = call.budget.array(x.dtype, shape);
  const [extent, inner] = axis === undefined ? [x.data.length, 1] : [x.shape[axis]!, sizeOf(x.shape.slice(axis + 1))];
  for (let i = 0; i < data.length; i++) {
    const at = first[Math.floor(i / inner) % first.length]!;
    data[i] = x.data[(Math.floor(i / (inner * first.length)) * extent + at) * inner + (i % inner)]!;
  }
  const list = (values: readonly number[]): Constant => {
    const listed = call.budget.array("I64", [values.length]);
    values.forEach((value, i) => (listed[i] = value));
    return { dtype: "I64", shape: [values.length], data: listed };
  };
  return [{ dtype: x.dtype, shape, data }, list(first), list(inverse), list(counts)];
}
