/** Pooling as plain loops. */
import type { Extent3, PoolGeometry } from "../geometry.ts";
import type { PoolKernels } from "../kernels.ts";

/** The maximum of each window and the flat index it came from. */
function maxPool(geometry: PoolGeometry, x: Float32Array, out: Float32Array, winners: Int32Array): void {
  eachWindow(geometry, (to, { from, counts, steps }) => {
    let best = -Infinity;
    let winner = from;
    for (let z = 0, slice = from; z < counts[0]; z++, slice += steps[0]) {
      for (let y = 0, row = slice; y < counts[1]; y++, row += steps[1]) {
        for (let i = 0, at = row; i < counts[2]; i++, at += steps[2]) {
          const value = x[at]!;
          // NaN beats everything and is kept: `value > best` alone would drop it.
          if (value > best || (value !== value && best === best)) {
            best = value;
            winner = at;
          }
        }
      }
    }
    out[to] = best;
    winners[to] = winner;
  });
}

/** `out ← 0`, then `out[index[i]] += s[i]`. */
function scatterAdd(_planes: number, index: Int32Array, s: Float32Array, out: Float32Array): void {
  out.fill(0);
  for (let i = 0; i < index.length; i++) out[index[i]!]! += s[i]!;
}

/** The sum of each window divided by its divisor. */
function averagePool(geometry: PoolGeometry, x: Float32Array, out: Float32Array): void {
  const plane = geometry.divisor.length;
  eachWindow(geometry, (to, { from, counts, steps }) => {
    let total = 0;
    for (let z = 0, slice = from; z < counts[0]; z++, slice += steps[0]) {
      for (let y = 0, row = slice; y < counts[1]; y++, row += steps[1]) {
        for (let i = 0, at = row; i < counts[2]; i++, at += steps[2]) total += x[at]!;
      }
    }
    out[to] = total / geometry.divisor[to % plane]!;
  });
}

/** The adjoint of `averagePool`. */
function averagePoolTransposed(geometry: PoolGeometry, s: Float32Array, out: Float32Array): void {
  const { planes, input: [depth, height, width], output, dilation, divisor } = geometry;
  const [z, y, x] = [clippedTaps(geometry, 0), clippedTaps(geometry, 1), clippedTaps(geometry, 2)];
  // One window over all there is, as before a classifier: every plane is its share.
  if (divisor.length === 1 && z.counts[0] === depth && y.counts[0] === height && x.counts[0] === width) {
    const size = depth * height * width;
    for (let plane = 0; plane < planes; plane++) out.fill(s[plane]! / divisor[0]!, plane * size, (plane + 1) * size);
    return;
  }
  out.fill(0);
  let from = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0, window = 0; p < output[0]; p++) {
      for (let q = 0; q < output[1]; q++) {
        for (let r = 0; r < output[2]; r++, window++) {
          const share = s[from++]! / divisor[window]!;
          if (share === 0) continue;
          for (let i = 0; i < z.counts[p]!; i++) {
            const slice = plane * depth + z.first[p]! + i * dilation[0];
            for (let j = 0; j < y.counts[q]!; j++) {
              let at = (slice * height + y.first[q]! + j * dilation[1]) * width + x.first[r]!;
              for (let k = 0; k < x.counts[r]!; k++, at += dilation[2]) out[at]! += share;
            }
          }
        }
      }
    }
  }
}

/** The taps of one window that lie inside; the same object serves every window. */
interface Taps {
  /** Flat index of the first. */
  from: number;
  readonly counts: [number, number, number];
  readonly steps: Extent3;
}

/** Calls `body` for every output position, in order. */
function eachWindow(geometry: PoolGeometry, body: (to: number, taps: Taps) => void): void {
  const { planes, input, output, dilation } = geometry;
  const [depth, height, width] = input;
  const [z, y, x] = [clippedTaps(geometry, 0), clippedTaps(geometry, 1), clippedTaps(geometry, 2)];
  const steps = [dilation[0] * height * width, dilation[1] * width, dilation[2]] as const;
  const taps: Taps = { from: 0, counts: [0, 0, 0], steps };
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let pz = 0; pz < output[0]; pz++) {
      taps.counts[0] = z.counts[pz]!;
      for (let py = 0; py < output[1]; py++) {
        taps.counts[1] = y.counts[py]!;
        const row = ((plane * depth + z.first[pz]!) * height + y.first[py]!) * width;
        for (let px = 0; px < output[2]; px++) {
          taps.counts[2] = x.counts[px]!;
          taps.from = row + x.first[px]!;
          body(to++, taps);
        }
      }
    }
  }
}

/** What the kernels on windows mean. */
export const poolLoops: PoolKernels = { maxPool, scatterAdd, averagePool, averagePoolTransposed };

/** Per output position of an axis. */
interface ClippedTaps {
  /** The first tap inside the input. */
  readonly first: Int32Array;
  /** How many are. */
  readonly counts: Int32Array;
}

const clipped = new WeakMap<PoolGeometry, (ClippedTaps | undefined)[]>();

/** The taps along an axis that lie inside the input; worked out once per geometry. */
export function clippedTaps(geometry: PoolGeometry, axis: 0 | 1 | 2): ClippedTaps {
  let axes = clipped.get(geometry);
  if (axes === undefined) clipped.set(geometry, (axes = []));
  return (axes[axis] ??= clip(geometry, axis));
}

function clip({ start, taps, dilation, input }: PoolGeometry, axis: 0 | 1 | 2): ClippedTaps {
  const skipped = start[axis].map((at) => Math.max(0, Math.ceil(-at / dilation[axis])));
  const first = start[axis].map((at, p) => at + skipped[p]! * dilation[axis]);
  const counts = first.map((at, p) =>
    Math.max(0, Math.min(taps[axis][p]! - skipped[p]!, Math.ceil((input[axis] - at) / dilation[axis]))));
  // A window without taps inside still has a place.
  return { first: first.map((at, p) => (counts[p] === 0 ? 0 : at)), counts };
}
