/** Sums, maxima and statistics along an axis as plain loops. */
import { unbounded, type Bounds, type RowKernels, type Standardization } from "../kernels.ts";

/** `out[o, i] ← Σ_e a[o, e, i] b[o, e, i] / divisor` */
export function sumAxis(
  outer: number, extent: number, inner: number, divisor: number,
  a: Float32Array, b: Float32Array | undefined, out: Float32Array,
): void {
  if (inner === 1) {
    for (let o = 0; o < outer; o++) out[o] = sumRow(extent, a, b, o * extent) / divisor;
    return;
  }
  const sums = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    sums.fill(0);
    for (let e = 0, at = o * extent * inner; e < extent; e++) {
      if (b === undefined) for (let i = 0; i < inner; i++, at++) sums[i]! += a[at]!;
      else for (let i = 0; i < inner; i++, at++) sums[i]! += a[at]! * b[at]!;
    }
    for (let i = 0; i < inner; i++) out[o * inner + i] = sums[i]! / divisor;
  }
}

/** A sum in four parts, every fourth element to one, as vectors have it. */
function sumRow(extent: number, a: Float32Array, b: Float32Array | undefined, from: number): number {
  const sums = [0, 0, 0, 0];
  for (let e = 0; e < extent; e++) sums[e & 3]! += b === undefined ? a[from + e]! : a[from + e]! * b[from + e]!;
  return sums[0]! + sums[2]! + (sums[1]! + sums[3]!);
}

/** `out[o, i] ← max_e x[o, e, i]` */
function maxAxis(outer: number, extent: number, inner: number, x: Float32Array, out: Float32Array): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let best = -Infinity;
      for (let e = 0, at = o * extent * inner + i; e < extent; e++, at += inner) best = Math.max(best, x[at]!);
      out[o * inner + i] = best;
    }
  }
}

/** What is known of a row. */
interface Statistics {
  readonly mean: number;
  /** What the derivative of σ divides by: the deviation without an ε that is added outside the root. */
  readonly deviation: number;
  readonly sigma: number;
}

function statistics(
  { epsilon, outside, centers }: Standardization, size: number, x: Float32Array, from: number,
): Statistics {
  const mean = centers ? sumRow(size, x, undefined, from) / size : 0;
  const squares = [0, 0, 0, 0];
  for (let e = 0; e < size; e++) squares[e & 3]! += (x[from + e]! - mean) * (x[from + e]! - mean);
  const variance = (squares[0]! + squares[2]! + (squares[1]! + squares[3]!)) / size;
  const sigma = outside ? Math.sqrt(variance) + epsilon : Math.sqrt(variance + epsilon);
  return { mean, deviation: outside ? Math.sqrt(variance) : sigma, sigma };
}

/** `(x − mean) / σ` of each row. */
function standardize(rows: number, how: Standardization, x: Float32Array, out: Float32Array): void {
  const size = x.length / rows;
  for (let from = 0; from < x.length; from += size) {
    const { mean, sigma } = statistics(how, size, x, from);
    for (let i = from; i < from + size; i++) out[i] = (x[i]! - mean) / sigma;
  }
}

/** With d the deviation: `(s − mean s) / σ − (x − mean) Σ s (x − mean) / (n d σ²)` of each row. */
function standardizeTransposed(
  rows: number, how: Standardization, x: Float32Array, s: Float32Array, out: Float32Array,
): void {
  const size = x.length / rows;
  for (let from = 0; from < x.length; from += size) {
    const { mean, deviation, sigma } = statistics(how, size, x, from);
    const average = how.centers ? sumRow(size, s, undefined, from) / size : 0;
    const along = [0, 0, 0, 0];
    for (let e = 0; e < size; e++) along[e & 3]! += s[from + e]! * (x[from + e]! - mean);
    const total = along[0]! + along[2]! + (along[1]! + along[3]!);
    // A row without deviation has no direction in which it grows.
    const slope = deviation === 0 ? 0 : total / (size * deviation * sigma * sigma);
    for (let i = from; i < from + size; i++) out[i] = (s[i]! - average) / sigma - slope * (x[i]! - mean);
  }
}

/** `scale · x + shift` of each row, with the numbers of its channel. */
function scaleRows(
  rows: number, x: Float32Array, scale: Float32Array, shift: Float32Array | undefined, out: Float32Array,
  { min, max }: Bounds = unbounded,
): void {
  const size = x.length / rows;
  for (let row = 0, i = 0; row < rows; row++) {
    const factor = scale[row % scale.length]!;
    const term = shift === undefined ? -0 : shift[row % scale.length]!;
    for (const end = i + size; i < end; i++) {
      const value = Math.fround(Math.fround(factor * x[i]!) + term);
      const raised = value < min ? min : value;
      out[i] = max < raised ? max : raised;
    }
  }
}

/** What the kernels along an axis mean. */
export const rowLoops: RowKernels = { sumAxis, maxAxis, standardize, standardizeTransposed, scaleRows };
