/** Eigenvalues of symmetric matrices. */
import { checkDeadline } from "@relprop/tensor";

/** Pairs of eigenvalues and unit eigenvectors, smallest value first. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** All of them, of a small symmetric matrix, row-major: rotations until nothing stands beside the diagonal (Jacobi). */
export function eigenOf(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const scale = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2;
    if (Math.sqrt(off) <= 1e-14 * scale) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i]! - a[j * n + j]!);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: order.map((i) => Float64Array.from({ length: n }, (_, row) => v[row * n + i]!)),
  };
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const between = a[p * n + q]!;
  if (between === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * between);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const [kp, kq] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * kp - s * kq;
    v[k * n + q] = s * kp + c * kq;
  }
}

/**
 * The `count` smallest of a symmetric operator on n numbers whose eigenvalues lie between 0 and 2: a block of vectors,
 * filtered by Chebyshev polynomials and made orthogonal over and over.
 */
export function smallestOf(
  apply: (x: Float64Array) => Float64Array, n: number, count: number, start: (i: number, k: number) => number,
): Eigen {
  const size = Math.min(n, count + 8);
  let block = orthogonal(
    Array.from({ length: size }, (_, k) => Float64Array.from({ length: n }, (_, i) => start(i, k))),
  );
  let found = ritz(apply, block);
  for (let round = 0; round < 40; round++) {
    checkDeadline();
    // What lies above the largest value of the block is damped most.
    const cut = Math.min(1.9, Math.max(0.05, found.values[size - 1]!));
    block = orthogonal(found.vectors.map((x) => filtered(apply, x, cut)));
    const before = found.values;
    found = ritz(apply, block);
    const moved = found.values.subarray(0, count).reduce(
      (most, value, i) => Math.max(most, Math.abs(value - before[i]!)), 0,
    );
    if (moved < 1e-10) break;
  }
  return { values: found.values.subarray(0, count), vectors: found.vectors.slice(0, count) };
}

const DEGREE = 12;

function filtered(apply: (x: Float64Array) => Float64Array, x: Float64Array, cut: number): Float64Array {
  const [middle, half] = [(2 + cut) / 2, (2 - cut) / 2];
  const shifted = (v: Float64Array): Float64Array => apply(v).map((value, i) => (value - middle * v[i]!) / half);
  let [before, now] = [x, shifted(x)];
  for (let k = 1; k < DEGREE; k++) {
    const next = shifted(now).map((value, i) => 2 * value - before[i]!);
    [before, now] = [now, next];
  }
  return now;
}

/** The eigenvectors within the span of a block. */
function ritz(apply: (x: Float64Array) => Float64Array, block: readonly Float64Array[]): Eigen {
  const images = block.map(apply);
  const m = block.length;
  const small = new Float64Array(m * m);
  block.forEach((x, i) => images.forEach((y, j) => {
    small[i * m + j] = dot(x, y);
  }));
  const { values, vectors } = eigenOf(small, m);
  const mixed = vectors.map((weights) => {
    const sum = new Float64Array(block[0]!.length);
    block.forEach((x, k) => {
      for (let i = 0; i < sum.length; i++) sum[i]! += weights[k]! * x[i]!;
    });
    return sum;
  });
  return { values, vectors: mixed };
}

/** Gram and Schmidt, twice. */
function orthogonal(block: readonly Float64Array[]): readonly Float64Array[] {
  const done: Float64Array[] = [];
  for (const each of block) {
    let x = each;
    for (let again = 0; again < 2; again++) {
      for (const other of done) {
        const along = dot(x, other);
        x = x.map((value, i) => value - along * other[i]!);
      }
      const size = Math.sqrt(dot(x, x)) || 1;
      x = x.map((value) => value / size);
    }
    done.push(x);
  }
  return done;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
