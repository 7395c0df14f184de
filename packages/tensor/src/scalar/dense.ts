/** Matrix products as plain loops, four rows at a time; sums are taken in double precision, k in order. */
import { unbounded, type Bounds } from "../kernels.ts";
import { eachSlab, type Weights } from "../weights.ts";

/** `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]`. */
export function dense(
  m: number, n: number, k: number,
  a: Float32Array, weights: Weights, bias: Float32Array | undefined, out: Float32Array,
  bounds: Bounds = unbounded,
): void {
  eachSlab(weights, { rows: n, channels: k, rowStep: k, channelStep: 1 }, 1, memory, ({ first, rows }, b) =>
    denseRows(m, n, k, a, b, first, rows, out));
  addBias(bias, bounds, out);
}

/** `out ← out + bias` of each row, kept within bounds. */
export function addBias(bias: Float32Array | undefined, { min, max }: Bounds, out: Float32Array): void {
  if (bias === undefined && min === -Infinity && max === Infinity) return;
  for (let i = 0; i < out.length; i++) {
    const value = out[i]! + (bias === undefined ? 0 : bias[i % bias.length]!);
    out[i] = value < min ? min : value > max ? max : value;
  }
}

const memory = (length: number): Float32Array => new Float32Array(length);

/** For so many rows of `b`, which are outputs from `first` on. */
function denseRows(
  m: number, n: number, k: number, a: Float32Array, b: Float32Array, first: number, rows: number, out: Float32Array,
): void {
  const last = rows - 1;
  for (let j = 0; j < rows; j += 4) {
    const r0 = j * k;
    const r1 = Math.min(j + 1, last) * k;
    const r2 = Math.min(j + 2, last) * k;
    const r3 = Math.min(j + 3, last) * k;
    for (let i = 0; i < m; i++) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let p = 0, at = i * k; p < k; p++, at++) {
        const x = a[at]!;
        s0 += x * b[r0 + p]!;
        s1 += x * b[r1 + p]!;
        s2 += x * b[r2 + p]!;
        s3 += x * b[r3 + p]!;
      }
      const to = i * n + first + j;
      out[to] = s0;
      if (j + 1 < rows) out[to + 1] = s1;
      if (j + 2 < rows) out[to + 2] = s2;
      if (j + 3 < rows) out[to + 3] = s3;
    }
  }
}

/** `out[m, k] ← Σ_n s[m, n] b[n, k]`; rows of `b` that meet a zero are not read. */
export function denseTransposed(
  m: number, n: number, k: number, s: Float32Array, weights: Weights, out: Float32Array,
): void {
  eachSlab(weights, { rows: k, channels: n, rowStep: 1, channelStep: k }, 1, memory, ({ first, rows }, b) =>
    transposedColumns(m, n, rows, s, b, (i, sums) => out.set(sums, i * k + first)));
}

/** For `k` columns of `b`; `put` takes the sums of each row of `s`. */
function transposedColumns(
  m: number, n: number, k: number, s: Float32Array, b: Float32Array, put: (i: number, sums: Float64Array) => void,
): void {
  const sums = new Float64Array(k);
  const rows = new Int32Array(n + 4);
  const factors = new Float64Array(n + 4);
  for (let i = 0; i < m; i++) {
    let count = 0;
    for (let j = 0; j < n; j++) {
      const factor = s[i * n + j]!;
      if (factor === 0) continue;
      rows[count] = j * k;
      factors[count++] = factor;
    }
    // Three more rows that weigh nothing fill up the last four: the last one again.
    for (let extra = count; extra < count + 3; extra++) {
      rows[extra] = rows[Math.max(0, count - 1)]!;
      factors[extra] = 0;
    }
    sums.fill(0);
    for (let j = 0; j < count; j += 4) {
      const r0 = rows[j]!;
      const r1 = rows[j + 1]!;
      const r2 = rows[j + 2]!;
      const r3 = rows[j + 3]!;
      const f0 = factors[j]!;
      const f1 = factors[j + 1]!;
      const f2 = factors[j + 2]!;
      const f3 = factors[j + 3]!;
      for (let p = 0; p < k; p++) {
        sums[p]! += f0 * b[r0 + p]! + f1 * b[r1 + p]! + f2 * b[r2 + p]! + f3 * b[r3 + p]!;
      }
    }
    put(i, sums);
  }
}

/** `out[c, m, n] ← Σ_k a[c, m, k] b[c, k, n]`. */
export function matmul(
  count: number, m: number, n: number, k: number, a: Float32Array, b: Float32Array, out: Float32Array,
): void {
  for (let c = 0; c < count; c++) {
    const left = a.subarray(c * m * k, (c + 1) * m * k);
    const right = b.subarray(c * k * n, (c + 1) * k * n);
    denseTransposed(m, k, n, left, right, out.subarray(c * m * n, (c + 1) * m * n));
  }
}
