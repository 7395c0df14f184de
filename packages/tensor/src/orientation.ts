/**
 * A convolution seen from what it reads: forward and transposed are the same gathering product with other names for
 * rows, channels and space.
 */
import type { ConvGeometry, Extent3 } from "./geometry.ts";
import { forwardPasses, reach, transposedPasses, type Pass } from "./passes.ts";

/** For what sizes, and which way. */
export interface Purpose {
  readonly geometry: ConvGeometry;
  readonly transposed: boolean;
}

/** The product behind a convolution, seen from its source. */
export interface Orientation {
  readonly source: Extent3;
  readonly target: Extent3;
  /** Per group. */
  readonly rows: number;
  /** Per group. */
  readonly channels: number;
  /** Elements of the weight between rows, between channels, and between groups. */
  readonly rowStep: number;
  readonly channelStep: number;
  readonly groupStep: number;
  readonly passes: readonly Pass[];
}

/** What stands for rows, channels and space when a convolution goes this way. */
export function orient({ geometry, transposed }: Purpose): Orientation {
  const { input, output, kernel, groups } = geometry;
  const [into, outOf, taps] = [geometry.channelsIn / groups, geometry.channelsOut / groups, volume(kernel)];
  const groupStep = into * outOf * taps;
  return transposed
    ? {
      source: output, target: input, rows: into, channels: outOf, rowStep: taps, channelStep: into * taps, groupStep,
      passes: transposedPasses(geometry),
    }
    : {
      source: input, target: output, rows: outOf, channels: into, rowStep: into * taps, channelStep: taps, groupStep,
      passes: forwardPasses(geometry),
    };
}

/** A source within zeros. */
export interface PaddedSource {
  readonly extent: Extent3;
  /** Where the source's first element is. */
  readonly origin: number;
}

/** A source with its zeros is at most so many times as much as input, output and weight, or so many elements. */
const [TIMES, ELEMENTS] = [16, 2 ** 24];

/**
 * The source within as many zeros as its passes read. Throws a `RangeError` where they are out of all proportion to
 * what there is.
 */
export function padded(
  { source, target, rows, channels, passes }: Orientation, { geometry: { groups } }: Purpose,
  weight: { readonly length: number },
): PaddedSource {
  const place = paddedBy(source, ([0, 1, 2] as const).map((axis) => reach(passes, axis, source[axis])));
  const there = groups * (channels * volume(source) + rows * volume(target)) + weight.length;
  const most = Math.max(TIMES * there, ELEMENTS);
  const all = groups * channels * volume(place.extent);
  if (all > most) throw new RangeError(`conv: takes at most ${most} elements with padding, got ${all}`);
  return place;
}

/** The extent of a source with so many zeros before and after it along each axis. */
export function paddedBy(source: Extent3, around: readonly (readonly [before: number, after: number])[]): PaddedSource {
  const extent = source.map((size, axis) => size + around[axis]![0] + around[axis]![1]) as unknown as Extent3;
  return { extent, origin: (around[0]![0] * extent[1] + around[1]![0]) * extent[2] + around[2]![0] };
}

/** Where the factors of a pass's sums are, per k, and where the sums are taken and written, per output position. */
export interface PassTables {
  /** In the padded source. */
  readonly base: Int32Array;
  /** In a row of the weight. */
  readonly weights: Int32Array;
  readonly positions: Int32Array;
  readonly outPositions: Int32Array;
}

/** The tables of a pass of this orientation. */
export function passTables(
  pass: Pass, { geometry }: Purpose, { channels, channelStep, target }: Orientation, { extent, origin }: PaddedSource,
): PassTables {
  const perChannel = (offsets: Int32Array, step: number, start: number): Int32Array =>
    new Int32Array(channels * offsets.length).map((_, k) =>
      start + Math.floor(k / offsets.length) * step + offsets[k % offsets.length]!);
  const along = (count: number, step: number, start: number): number[] =>
    Array.from({ length: count }, (_, q) => q * step + start);
  return {
    base: perChannel(combine(pass, extent, ({ taps }) => taps.map(({ shift }) => shift)), volume(extent), origin),
    weights: perChannel(combine(pass, geometry.kernel, ({ taps }) => taps.map(({ tap }) => tap)), channelStep, 0),
    positions: combine(pass, extent, ({ count, sourceStep }) => along(count, sourceStep, 0)),
    outPositions: combine(pass, target, ({ count, outStep, outStart }) => along(count, outStep, outStart)),
  };
}

/** Every combination of one value per axis, as an offset in an array of this extent. */
export function combine(
  pass: Pass, [, height, width]: Extent3, values: (axis: Pass[number]) => readonly number[],
): Int32Array {
  const [zs, ys, xs] = [values(pass[0]), values(pass[1]), values(pass[2])];
  const out = new Int32Array(zs.length * ys.length * xs.length);
  let at = 0;
  for (let z = 0; z < zs.length; z++) {
    for (let y = 0; y < ys.length; y++) {
      const row = (zs[z]! * height + ys[y]!) * width;
      for (let x = 0; x < xs.length; x++) out[at++] = row + xs[x]!;
    }
  }
  return out;
}

/** The number of elements. */
export function volume([depth, height, width]: Extent3): number {
  return depth * height * width;
}
