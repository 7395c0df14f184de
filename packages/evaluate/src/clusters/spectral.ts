/** Samples as points of a graph of neighbours, and the few directions in which that graph falls apart. */
import { checkDeadline } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { eigenOf, smallestOf, type Eigen } from "./eigen.ts";

/** The smallest eigenvalues and vectors of the normalised Laplacian of the graph of k nearest neighbours. */
export function spectralEmbedding(
  vectors: readonly Float64Array[], neighbours: number, count: number, seed: number,
): Eigen {
  const n = vectors.length;
  const near = neighboursOf(vectors, Math.min(neighbours, n - 1));
  const weights = near.map(() => new Map<number, number>());
  // A neighbour of one side counts half, one of both whole.
  near.forEach((list, i) => {
    for (const j of list) {
      weights[i]!.set(j, (weights[i]!.get(j) ?? 0) + 0.5);
      weights[j]!.set(i, (weights[j]!.get(i) ?? 0) + 0.5);
    }
  });
  const degrees = weights.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 0));
  const rows = weights.map((row) => [...row]);
  const apply = (x: Float64Array): Float64Array => x.map((value, i) => {
    let sum = 0;
    for (const [j, weight] of rows[i]!) sum += (weight * x[j]!) / Math.sqrt(degrees[i]! * degrees[j]!);
    return value - sum;
  });
  if (n <= count + 8) {
    const dense = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      apply(Float64Array.from({ length: n }, (_, i) => Number(i === j))).forEach((value, i) => {
        dense[i * n + j] = value;
      });
    }
    const { values, vectors: all } = eigenOf(dense, n);
    return { values: values.subarray(0, count), vectors: all.slice(0, count) };
  }
  const random = randomFor(seed, "spectral embedding");
  return smallestOf(apply, n, count, () => random.normal());
}

/** The nearest others of every vector, nearest first. */
export function neighboursOf(vectors: readonly Float64Array[], count: number): readonly (readonly number[])[] {
  return vectors.map((a, i) => {
    checkDeadline();
    const distances = vectors.map((b, j) => (i === j ? Infinity : squaredDistance(a, b)));
    return Array.from(distances.keys()).sort((p, q) => distances[p]! - distances[q]!).slice(0, count);
  });
}

/** `‖a − b‖²` */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
