/** Convolutions as plain loops, in one to three dimensions; sums are taken in double precision. */
import type { ConvGeometry, Extent3 } from "../geometry.ts";

/** `out[n, o, p] ← bias[o] + Σ_{i, t} weight[o, i, t] x[n, i, p · stride − padding + t · dilation]`. */
export function conv(
  geometry: ConvGeometry, x: Float32Array, weight: Float32Array, bias: Float32Array | undefined, out: Float32Array,
): void {
  const { batch, channelsOut, input, output } = geometry;
  const [, height, width] = input;
  const [, rows, columns] = output;
  const plane = volume(output);
  const sums = new Float64Array(plane);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < channelsOut; o++) {
      sums.fill(bias === undefined ? 0 : bias[o]!);
      eachTap(geometry, n, o, (from, weightAt, z, y, s) => {
        const factor = weight[weightAt]!;
        for (let pz = z.first; pz < z.last; pz++) {
          for (let py = y.first; py < y.last; py++) {
            const row = from + ((pz * z.stride + z.offset) * height + py * y.stride + y.offset) * width + s.offset;
            const to = (pz * rows + py) * columns;
            for (let px = s.first; px < s.last; px++) sums[to + px]! += factor * x[row + px * s.stride]!;
          }
        }
      });
      out.set(sums, (n * channelsOut + o) * plane);
    }
  }
}

/** Scatters `s[n, o, p] weight[o, i, t]` to where `conv` read; zero entries of `s` cost nothing but their visit. */
export function convTransposed(
  geometry: ConvGeometry, s: Float32Array, weight: Float32Array, out: Float32Array,
): void {
  const { batch, channelsIn, channelsOut, input, output } = geometry;
  const [, height, width] = input;
  const [, rows, columns] = output;
  const sums = new Float64Array(channelsIn * volume(input));
  for (let n = 0; n < batch; n++) {
    sums.fill(0);
    for (let o = 0; o < channelsOut; o++) {
      eachTap(geometry, 0, o, (base, weightAt, z, y, w) => {
        const factor = weight[weightAt]!;
        for (let pz = z.first; pz < z.last; pz++) {
          for (let py = y.first; py < y.last; py++) {
            const row = base + ((pz * z.stride + z.offset) * height + py * y.stride + y.offset) * width + w.offset;
            const from = (((n * channelsOut + o) * output[0] + pz) * rows + py) * columns;
            for (let px = w.first; px < w.last; px++) sums[row + px * w.stride]! += factor * s[from + px]!;
          }
        }
      });
    }
    out.set(sums, n * sums.length);
  }
}

/** Where one tap meets the input along one axis: output `p` in `[first, last)` reads `p · stride + offset`. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly stride: number;
  readonly offset: number;
}

/** Calls `visit` for every weight of output channel `o`, with the start of its input plane and its spans. */
function eachTap(
  geometry: ConvGeometry,
  n: number,
  o: number,
  visit: (plane: number, weightAt: number, z: Span, y: Span, x: Span) => void,
): void {
  const { groups, channelsIn, channelsOut, input, kernel } = geometry;
  const [perGroup, outPerGroup] = [channelsIn / groups, channelsOut / groups];
  const group = Math.floor(o / outPerGroup);
  const spans = ([0, 1, 2] as const).map((axis) => axisSpans(geometry, axis));
  let weightAt = o * perGroup * volume(kernel);
  for (let i = 0; i < perGroup; i++) {
    const plane = (n * channelsIn + group * perGroup + i) * volume(input);
    for (const z of spans[0]!) for (const y of spans[1]!) for (const x of spans[2]!) visit(plane, weightAt++, z, y, x);
  }
}

function axisSpans({ input, output, kernel, stride, padding, dilation }: ConvGeometry, axis: 0 | 1 | 2): Span[] {
  return Array.from({ length: kernel[axis] }, (_, tap) => {
    const offset = tap * dilation[axis] - padding[axis];
    const first = Math.max(0, Math.ceil(-offset / stride[axis]));
    const last = Math.min(output[axis], Math.floor((input[axis] - 1 - offset) / stride[axis]) + 1);
    return { first, last: Math.max(first, last), stride: stride[axis], offset };
  });
}

function volume([depth, height, width]: Extent3): number {
  return depth * height * width;
}
