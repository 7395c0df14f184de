/** Weighted sums of positions along one axis. */
import { empty, type Tensor } from "@relprop/tensor";
import { aroundAxis } from "../layer/axis.ts";

/** Which input position an output position reads, and how much of it. */
export interface Tap {
  readonly position: number;
  readonly weight: number;
}

/** `out[…, p, …] ← Σ weight · x[…, position, …]` over the taps of p, along an axis; sums are in double precision. */
export function resample(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const out = empty(x.shape.with(axis, taps.length));
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  const table = listed(taps);
  const [from, to] = [x.data, out.data];
  for (let o = 0; o < outer; o++) {
    const [read, write] = [o * extent * inner, o * taps.length * inner];
    if (inner === 1) resampleRow(from, read, to, write, table);
    else for (let p = 0; p < taps.length; p++) resampleColumns(from, read, to, write + p * inner, table, p, inner);
  }
  return out;
}

/** The adjoint of `resample` for an input axis of `extent` elements. */
export function resampleTransposed(s: Tensor, axis: number, taps: readonly (readonly Tap[])[], extent: number): Tensor {
  const out = empty(s.shape.with(axis, extent));
  const { outer, inner } = aroundAxis(s.shape, axis);
  const table = listed(taps);
  const sums = new Float64Array(extent * inner);
  for (let o = 0; o < outer; o++) {
    const from = o * taps.length * inner;
    sums.fill(0);
    if (inner === 1) scatterRow(s.data, from, sums, table);
    else for (let p = 0; p < taps.length; p++) scatterColumns(s.data, from + p * inner, sums, table, p, inner);
    out.data.set(sums, o * sums.length);
  }
  return out;
}

/** The taps of all outputs, one after another. */
interface TapLists {
  /** Where each output's begin, and at the end their number. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  readonly weights: Float64Array;
  /** Whether every output is one element as it is. */
  readonly copies: boolean;
}

const lists = new WeakMap<object, TapLists>();

function listed(taps: readonly (readonly Tap[])[]): TapLists {
  const known = lists.get(taps);
  if (known !== undefined) return known;
  const starts = new Int32Array(taps.length + 1);
  taps.forEach(({ length }, p) => (starts[p + 1] = starts[p]! + length));
  const all = taps.flat();
  const made = {
    starts,
    positions: Int32Array.from(all, ({ position }) => position),
    weights: Float64Array.from(all, ({ weight }) => weight),
    copies: taps.every((at) => at.length === 1 && at[0]!.weight === 1),
  };
  lists.set(taps, made);
  return made;
}

/** A row whose neighbours lie side by side. */
function resampleRow(x: Float32Array, read: number, out: Float32Array, write: number, table: TapLists): void {
  const { starts, positions, weights, copies } = table;
  const count = starts.length - 1;
  if (copies) {
    for (let p = 0; p < count; p++) out[write + p] = x[read + positions[p]!]!;
    return;
  }
  for (let p = 0; p < count; p++) {
    let sum = 0;
    for (let t = starts[p]!; t < starts[p + 1]!; t++) sum += weights[t]! * x[read + positions[t]!]!;
    out[write + p] = sum;
  }
}

/** Output p of `inner` rows that lie side by side. */
function resampleColumns(
  x: Float32Array, read: number, out: Float32Array, write: number, table: TapLists, p: number, inner: number,
): void {
  const { starts, positions, weights, copies } = table;
  const [first, end] = [starts[p]!, starts[p + 1]!];
  const from = read + positions[first]! * inner;
  if (copies) out.set(x.subarray(from, from + inner), write);
  else if (end - first === 2) {
    const [a, b, other] = [weights[first]!, weights[first + 1]!, read + positions[first + 1]! * inner];
    for (let i = 0; i < inner; i++) out[write + i] = a * x[from + i]! + b * x[other + i]!;
  } else {
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let t = first; t < end; t++) sum += weights[t]! * x[read + positions[t]! * inner + i]!;
      out[write + i] = sum;
    }
  }
}

function scatterRow(s: Float32Array, read: number, sums: Float64Array, { starts, positions, weights }: TapLists): void {
  const count = starts.length - 1;
  for (let p = 0; p < count; p++) {
    const value = s[read + p]!;
    for (let t = starts[p]!; t < starts[p + 1]!; t++) sums[positions[t]!]! += weights[t]! * value;
  }
}

function scatterColumns(
  s: Float32Array, read: number, sums: Float64Array, { starts, positions, weights }: TapLists, p: number, inner: number,
): void {
  for (let t = starts[p]!; t < starts[p + 1]!; t++) {
    const [weight, to] = [weights[t]!, positions[t]! * inner];
    for (let i = 0; i < inner; i++) sums[to + i]! += weight * s[read + i]!;
  }
}
