/** Clusters of points around their means. */
import { checkDeadline } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { squaredDistance } from "./spectral.ts";

/** Which cluster every point belongs to, and the means. */
export interface KMeans {
  readonly labels: Int32Array;
  readonly means: readonly Float64Array[];
  /** The sum of squared distances to the own mean. */
  readonly spread: number;
}

/** The best of several starts, each from points far from one another (k-means++, Arthur & Vassilvitskii 2007). */
export function kMeans(points: readonly Float64Array[], k: number, seed: number, restarts = 10): KMeans {
  if (!Number.isInteger(k) || k < 1 || k > points.length) {
    throw new RangeError(`kMeans: takes 1 to ${points.length} clusters, got ${k}`);
  }
  const runs = Array.from({ length: restarts }, (_, restart) => oneRun(points, k, seed, restart));
  return runs.reduce((best, run) => (run.spread < best.spread ? run : best));
}

function oneRun(points: readonly Float64Array[], k: number, seed: number, restart: number): KMeans {
  const random = randomFor(seed, "k-means", restart);
  let means = [points[random.below(points.length)]!];
  while (means.length < k) {
    const away = points.map(
      (point) => means.reduce((least, mean) => Math.min(least, squaredDistance(point, mean)), Infinity),
    );
    let left = random.uniform() * away.reduce((sum, value) => sum + value, 0);
    const chosen = away.findIndex((value) => (left -= value) < 0);
    means.push(points[Math.max(0, chosen)]!);
  }
  const labels = new Int32Array(points.length).fill(-1);
  for (let round = 0; round < 100; round++) {
    checkDeadline();
    let changed = false;
    points.forEach((point, i) => {
      let [best, least] = [0, Infinity];
      means.forEach((mean, c) => {
        const distance = squaredDistance(point, mean);
        if (distance < least) [best, least] = [c, distance];
      });
      if (labels[i] !== best) [labels[i], changed] = [best, true];
    });
    if (!changed) break;
    means = means.map((mean, c) => meanOf(points.filter((_, i) => labels[i] === c), mean));
  }
  const spread = points.reduce((sum, point, i) => sum + squaredDistance(point, means[labels[i]!]!), 0);
  return { labels, means, spread };
}

function meanOf(points: readonly Float64Array[], otherwise: Float64Array): Float64Array {
  if (points.length === 0) return otherwise;
  return otherwise.map((_, i) => points.reduce((sum, point) => sum + point[i]!, 0) / points.length);
}
