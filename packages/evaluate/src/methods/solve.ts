/** Linear equations. */

/** `x` with `A x = b` for a symmetric matrix that is positive definite but for roundings (Cholesky). */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const lower = Float64Array.from(matrix);
  // What little is added keeps units apart that no subset told apart.
  const trace = right.reduce((sum, _, i) => sum + matrix[i * n + i]!, 0);
  for (let i = 0; i < n; i++) lower[i * n + i]! += (1e-12 * trace) / n;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const factor = lower[j * n + k]!;
      if (factor === 0) continue;
      for (let i = j; i < n; i++) lower[i * n + j]! -= lower[i * n + k]! * factor;
    }
    const pivot = Math.sqrt(Math.max(lower[j * n + j]!, 1e-300));
    for (let i = j; i < n; i++) lower[i * n + j]! /= pivot;
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}
