/** Matrix products as plain loops; sums are taken in double precision, k in order. */

/** `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]`. */
export function dense(
  m: number, n: number, k: number,
  a: Float32Array, b: Float32Array, bias: Float32Array | undefined, out: Float32Array,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let total = bias === undefined ? 0 : bias[j]!;
      for (let p = 0; p < k; p++) total += a[i * k + p]! * b[j * k + p]!;
      out[i * n + j] = total;
    }
  }
}

/** `out[m, k] ← Σ_n s[m, n] b[n, k]`; rows of `b` that meet a zero are not read. */
export function denseTransposed(
  m: number, n: number, k: number, s: Float32Array, b: Float32Array, out: Float32Array,
): void {
  const sums = new Float64Array(k);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    for (let j = 0; j < n; j++) {
      const factor = s[i * n + j]!;
      if (factor === 0) continue;
      for (let p = 0; p < k; p++) sums[p]! += factor * b[j * k + p]!;
    }
    out.set(sums, i * k);
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
