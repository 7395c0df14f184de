/**
 * A convolution seen from what it reads: forward and transposed are the same gathering product with other names for
 * rows, channels and space.
 */
import type { ConvGeometry, Extent3 } from "./geometry.ts";
import { forwardPasses, transposedPasses, type Pass } from "./passes.ts";

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
