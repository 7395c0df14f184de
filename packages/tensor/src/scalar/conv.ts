/** Convolutions as plain loops over gathered patches, in tiles of 2 × 4 outputs; sums are taken in double precision. */
import type { ConvGeometry, Extent3 } from "../geometry.ts";
import { unbounded, type Bounds } from "../kernels.ts";
import {
  orient, padded, passTables, volume, type PaddedSource, type PassTables, type Purpose,
} from "../orientation.ts";
import { eachSlab, type Slab, type Weights } from "../weights.ts";

/** `out[n, o, p] ← bias[o] + Σ_{i, t} weight[o, i, t] x[n, i, p · stride − padding + t · dilation]`. */
export function conv(
  geometry: ConvGeometry, x: Float32Array, weight: Weights, bias: Float32Array | undefined, out: Float32Array,
  bounds: Bounds = unbounded,
): void {
  gather({ geometry, transposed: false }, x, weight, bias, out, bounds);
}

/** Gathers, at every place that `conv` read, the `s[n, o, p] weight[o, i, t]` of those who read it. */
export function convTransposed(
  geometry: ConvGeometry, s: Float32Array, weight: Weights, out: Float32Array,
): void {
  gather({ geometry, transposed: true }, s, weight, undefined, out, unbounded);
}

function gather(
  purpose: Purpose, x: Float32Array, weight: Weights, bias: Float32Array | undefined, out: Float32Array,
  bounds: Bounds,
): void {
  const { batch, groups } = purpose.geometry;
  const view = orient(purpose);
  const { source, target, rows, channels, passes } = view;
  const place = padded(view, purpose, weight);
  const [plane, targetPlane] = [volume(place.extent), volume(target)];
  const all = plane === volume(source) ? x : pad(x, source, place);
  const memory = (length: number): Float32Array => new Float32Array(length);
  eachSlab(weight, { ...view, gathers: true }, groups, memory, (slab, floats) => {
    const { first } = slab;
    for (const pass of passes) {
      const tables = passTables(pass, purpose, view, place);
      const offsets = slab.offsets?.(tables.weights) ?? tables.weights;
      for (let sample = 0; sample < batch * groups; sample++) {
        const group = sample % groups;
        const from = all.subarray(sample * channels * plane, (sample + 1) * channels * plane);
        const to = out.subarray((sample * rows + first) * targetPlane, (sample + 1) * rows * targetPlane);
        const added = bias?.subarray(group * rows + first, (group + 1) * rows);
        const factors = weightRows(floats.subarray(group * view.groupStep), slab, offsets);
        multiply(from, tables, factors, added, slab.rows, targetPlane, bounds, to);
      }
    }
  });
}

/** Weights row by row in the order of k: as they lie if they lie so. */
function weightRows(weight: Float32Array, { rows, rowStep }: Slab, offsets: Int32Array): Float32Array {
  const depth = offsets.length;
  if (rowStep === depth && offsets.every((offset, k) => offset === k)) return weight;
  const out = new Float32Array(rows * depth);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let k = 0; k < depth; k++) out[to++] = weight[row * rowStep + offsets[k]!]!;
  }
  return out;
}

function multiply(
  x: Float32Array, { base, positions, outPositions }: PassTables, a: Float32Array, bias: Float32Array | undefined,
  rows: number, rowStep: number, bounds: Bounds, out: Float32Array,
): void {
  const depth = base.length;
  const columns = positions.length;
  const { min, max } = bounds;
  const patch = new Float64Array(4 * depth);
  const store = (row: number, column: number, sum: number): void => {
    if (row >= rows || column >= columns) return;
    out[row * rowStep + outPositions[column]!] = sum < min ? min : sum > max ? max : sum;
  };
  for (let column = 0; column < columns; column += 4) {
    const last = columns - 1;
    const [p0, p1] = [positions[column]!, positions[Math.min(column + 1, last)]!];
    const [p2, p3] = [positions[Math.min(column + 2, last)]!, positions[Math.min(column + 3, last)]!];
    for (let k = 0, to = 0; k < depth; k++, to += 4) {
      const offset = base[k]!;
      patch[to] = x[p0 + offset]!;
      patch[to + 1] = x[p1 + offset]!;
      patch[to + 2] = x[p2 + offset]!;
      patch[to + 3] = x[p3 + offset]!;
    }
    for (let row = 0; row < rows; row += 2) {
      const upper = row * depth;
      const lower = Math.min(row + 1, rows - 1) * depth;
      let a0 = bias === undefined ? 0 : bias[row]!;
      let b0 = bias === undefined ? 0 : bias[Math.min(row + 1, rows - 1)]!;
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b1 = b0;
      let b2 = b0;
      let b3 = b0;
      for (let k = 0, at = 0; k < depth; k++, at += 4) {
        const above = a[upper + k]!;
        const below = a[lower + k]!;
        const x0 = patch[at]!;
        const x1 = patch[at + 1]!;
        const x2 = patch[at + 2]!;
        const x3 = patch[at + 3]!;
        a0 += above * x0;
        a1 += above * x1;
        a2 += above * x2;
        a3 += above * x3;
        b0 += below * x0;
        b1 += below * x1;
        b2 += below * x2;
        b3 += below * x3;
      }
      store(row, column, a0);
      store(row, column + 1, a1);
      store(row, column + 2, a2);
      store(row, column + 3, a3);
      store(row + 1, column, b0);
      store(row + 1, column + 1, b1);
      store(row + 1, column + 2, b2);
      store(row + 1, column + 3, b3);
    }
  }
}

/** Planes with zeros around them. */
function pad(
  x: Float32Array, [depth, height, width]: Extent3, { extent, origin }: PaddedSource,
): Float32Array {
  const planes = x.length / (depth * height * width);
  const out = new Float32Array(planes * volume(extent));
  for (let n = 0, from = 0; n < planes; n++) {
    for (let z = 0; z < depth; z++) {
      for (let y = 0; y < height; y++, from += width) {
        const to = ((n * extent[0] + z) * extent[1] + y) * extent[2] + origin;
        for (let i = 0; i < width; i++) out[to + i] = x[from + i]!;
      }
    }
  }
  return out;
}
