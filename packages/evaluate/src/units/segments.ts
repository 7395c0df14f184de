/** Units of pictures that follow what is seen: positions of like values beside one another. */
import { Integers, optionsOf, Tensor } from "@relprop/tensor";
import { gridOf, type Grid } from "./grid.ts";
import type { UnitChoice } from "./units.ts";

/** What `segments` may be given. */
export interface SegmentOptions {
  /** How many there are, about; 50 by default. */
  readonly count?: number;
  /** How much nearness counts beside likeness: 1 gives both as much; 0.5 by default. */
  readonly compactness?: number;
  /** 10 by default. */
  readonly rounds?: number;
}

/** Segments of a picture by clusters of place and value (SLIC, Achanta et al. 2012), or by labels. */
export function segments(options: SegmentOptions | ArrayLike<number> = {}): UnitChoice {
  if (!isLabels(options)) optionsOf("segments", options);
  return (input, layout) => {
    if (input instanceof Integers && input.shape.length < 3) {
      throw new TypeError("segments: takes pictures or series, got token ids: use tokens()");
    }
    const grid = gridOf("segments", input.shape, layout);
    const labels = isLabels(options) ? checked(options, grid) : clustered(asTensor(input), grid, options);
    const numbers = new Map([...new Set(Array.from(labels))].sort((a, b) => a - b).map((label, i) => [label, i]));
    const of = Int32Array.from({ length: input.size }, (_, i) => numbers.get(labels[grid.positionOf(i)]!)!);
    return { name: "segments", count: numbers.size, of, byMean: true };
  };
}

function isLabels(given: SegmentOptions | ArrayLike<number>): given is ArrayLike<number> {
  return Array.isArray(given) || ArrayBuffer.isView(given);
}

function checked(labels: ArrayLike<number>, { positions }: Grid): ArrayLike<number> {
  if (labels.length === positions) return labels;
  throw new RangeError(`segments: takes a label for each of ${positions} positions, got ${labels.length}`);
}

function asTensor(input: Tensor | Integers): Tensor {
  return input instanceof Tensor ? input : new Tensor(input.shape, Float32Array.from(input.data));
}

/** A cluster: where its middle lies, in steps of the grid of first middles, and its mean value per channel. */
interface Cluster {
  readonly place: Float64Array;
  readonly value: Float64Array;
}

function clustered(
  input: Tensor, grid: Grid, { count = 50, compactness = 0.5, rounds = 10 }: SegmentOptions,
): Int32Array {
  if (!(Number.isInteger(count) && count >= 1)) throw new RangeError(`segments: takes a count >= 1, got ${count}`);
  const { extents, positions, channels } = grid;
  const side = Math.max(1, (positions / count) ** (1 / Math.max(1, extents.length)));
  const spread = spreadOf(input.data) || 1;
  const placeOf = (position: number): Float64Array => {
    let rest = position;
    return Float64Array.from(extents.toReversed(), (extent) => {
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      return (at + 0.5) / side;
    }).reverse();
  };
  const points = Array.from({ length: positions }, (_, position): Cluster => ({
    place: placeOf(position),
    value: Float64Array.from({ length: channels }, (_, c) => input.data[grid.element(c, position)]! / spread),
  }));
  const starts = new Map<string, number>();
  points.forEach(({ place }, position) => {
    const cell = place.map(Math.floor).join();
    const middle = starts.get(cell);
    if (middle === undefined || fromMiddle(place) < fromMiddle(points[middle]!.place)) starts.set(cell, position);
  });
  let clusters = [...starts.values()].map((position) => points[position]!);
  const labels = new Int32Array(positions);
  for (let round = 0; round < rounds; round++) {
    points.forEach((point, position) => {
      let least = Infinity;
      clusters.forEach((cluster, label) => {
        const distance = distanceOf(point, cluster, compactness);
        if (distance < least) [least, labels[position]] = [distance, label];
      });
    });
    clusters = clusters.map(
      (cluster, label) => meanOf(points.filter((_, position) => labels[position] === label), cluster),
    );
  }
  return labels;
}

function fromMiddle(place: Float64Array): number {
  return place.reduce((sum, at) => sum + (at - Math.floor(at) - 0.5) ** 2, 0);
}

function distanceOf(point: Cluster, cluster: Cluster, compactness: number): number {
  let [far, unlike] = [0, 0];
  for (let axis = 0; axis < point.place.length; axis++) {
    const step = Math.abs(point.place[axis]! - cluster.place[axis]!);
    if (step > 1.5) return Infinity; // only what lies near a middle can belong to it
    far += step ** 2;
  }
  for (let c = 0; c < point.value.length; c++) unlike += (point.value[c]! - cluster.value[c]!) ** 2;
  return compactness * far + unlike / point.value.length;
}

function meanOf(points: readonly Cluster[], before: Cluster): Cluster {
  if (points.length === 0) return before;
  const mean = (of: (point: Cluster) => Float64Array): Float64Array =>
    of(before).map((_, i) => points.reduce((sum, point) => sum + of(point)[i]!, 0) / points.length);
  return { place: mean(({ place }) => place), value: mean(({ value }) => value) };
}

function spreadOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
