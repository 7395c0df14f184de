/** Clusters of explanations: the strategies of a network (spectral relevance analysis, Lapuschkin et al. 2019). */
import { checkKind, optionsOf } from "@relprop/tensor";
import { eigenOf } from "./eigen.ts";
import { kMeans } from "./k-means.ts";
import { neighboursOf, spectralEmbedding, squaredDistance } from "./spectral.ts";

/** What `spray` may be given. */
export interface SprayOptions {
  /** Neighbours in the graph; about the logarithm of the number of samples by default, at least 4. */
  readonly neighbours?: number;
  /** The most clusters the gap between eigenvalues may ask for; 8 by default. */
  readonly most?: number;
  /** How many clusters there are, instead of what the gap says. */
  readonly clusters?: number;
  /** 1 by default. */
  readonly seed?: number;
}

/** One group of samples that are explained alike. */
export interface SprayCluster {
  /** Positions in the list of vectors. */
  readonly members: readonly number[];
  /** The member nearest to the mean of all. */
  readonly prototype: number;
}

/** What was found in a list of vectors. */
export interface Spray {
  /** Largest first. */
  readonly clusters: readonly SprayCluster[];
  /** Of the Laplacian, smallest first: as many near 0 as there are groups. */
  readonly eigenvalues: readonly number[];
  /** A place in a plane for each vector. */
  readonly map: readonly (readonly [x: number, y: number])[];
  /** Vectors far from their neighbours: more than three standard deviations beyond the mean. */
  readonly outliers: readonly number[];
}

/** Groups vectors, one per sample, each divided by its length first: pooled relevance, or that of concepts (PCX). */
export function spray(vectors: readonly ArrayLike<number>[], options: SprayOptions = {}): Spray {
  optionsOf("spray", options);
  const isList: boolean = Array.isArray(vectors);
  checkKind("spray", "vectors in a list", vectors, isList);
  const { most = 8, seed = 1 } = options;
  const count = vectors.length;
  if (count === 0) return { clusters: [], eigenvalues: [], map: [], outliers: [] };
  const [{ length }] = vectors as readonly [ArrayLike<number>];
  vectors.forEach((vector, i) => {
    if (vector.length !== length) {
      throw new RangeError(`spray: takes vectors of ${length}, got ${vector.length} at ${i}`);
    }
    const broken = Array.from(vector).find((each) => !Number.isFinite(each));
    if (broken !== undefined) throw new RangeError(`spray: takes finite relevance, got ${broken} in vector ${i}`);
  });
  const points = vectors.map(unitVector);
  if (count < 4) return alone(points);
  const neighbours = options.neighbours ?? Math.max(4, Math.round(Math.log(count) * 2));
  const wanted = Math.min(count, most + 2);
  const { values, vectors: directions } = spectralEmbedding(points, neighbours, wanted, seed);
  const k = options.clusters ?? gapAfter(values, Math.min(most, count - 1));
  const rows = points.map((_, i) => unitVector(directions.slice(0, k).map((direction) => direction[i]!)));
  const { labels } = kMeans(rows, Math.min(k, count), seed);
  const groups = new Map<number, number[]>();
  labels.forEach((label, i) => groups.set(label, [...(groups.get(label) ?? []), i]));
  const clusters = [...groups.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!);
  return {
    clusters: clusters.map((members) => ({ members, prototype: prototypeOf(points, members) })),
    eigenvalues: Array.from(values),
    map: inPlane(directions.slice(0, Math.max(3, k))),
    outliers: outliersOf(points, neighbours),
  };
}

/** How many values lie before the widest gap. */
function gapAfter(values: Float64Array, most: number): number {
  let [best, widest] = [1, -Infinity];
  for (let k = 1; k <= most && k < values.length; k++) {
    const gap = values[k]! - values[k - 1]!;
    if (gap > widest + 1e-9) [best, widest] = [k, gap];
  }
  return best;
}

/** Places in the two directions along which rows differ most: where groups fall apart, no single vector shows all. */
function inPlane(directions: readonly Float64Array[]): readonly (readonly [x: number, y: number])[] {
  const m = directions.length;
  const centered = directions.map((direction) => {
    const mean = direction.reduce((sum, value) => sum + value, 0) / direction.length;
    return direction.map((value) => value - mean);
  });
  const between = Float64Array.from({ length: m * m }, (_, at) => {
    const other = centered[at % m]!;
    return centered[Math.floor(at / m)]!.reduce((sum, value, i) => sum + value * other[i]!, 0);
  });
  const [first, second] = eigenOf(between, m).vectors.toReversed();
  const place = (weights: Float64Array | undefined, i: number): number =>
    weights === undefined ? 0 : weights.reduce((sum, weight, d) => sum + weight * centered[d]![i]!, 0);
  return Array.from(centered[0]!, (_, i) => [place(first, i), place(second, i)] as const);
}

function prototypeOf(points: readonly Float64Array[], members: readonly number[]): number {
  const mean = points[0]!.map((_, d) => members.reduce((sum, i) => sum + points[i]![d]!, 0) / members.length);
  return members.reduce((best, i) =>
    (squaredDistance(points[i]!, mean) < squaredDistance(points[best]!, mean) ? i : best));
}

function outliersOf(points: readonly Float64Array[], neighbours: number): readonly number[] {
  const away = neighboursOf(points, neighbours).map((near, i) =>
    near.reduce((sum, j) => sum + Math.sqrt(squaredDistance(points[i]!, points[j]!)), 0) / near.length);
  const mean = away.reduce((sum, value) => sum + value, 0) / away.length;
  const deviation = Math.sqrt(away.reduce((sum, value) => sum + (value - mean) ** 2, 0) / away.length);
  return [...away.keys()].filter((i) => away[i]! > mean + 3 * deviation);
}

function alone(points: readonly Float64Array[]): Spray {
  const members = [...points.keys()];
  return {
    clusters: [{ members, prototype: prototypeOf(points, members) }],
    eigenvalues: [], map: members.map((i) => [i, 0] as const), outliers: [],
  };
}

function unitVector(values: ArrayLike<number>): Float64Array {
  const vector = Float64Array.from(values);
  const size = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return size === 0 ? vector : vector.map((value) => value / size);
}
