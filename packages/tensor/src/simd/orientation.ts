/**
 * A convolution seen from what it reads: forward and transposed are the same gathering product with other names for
 * rows, channels and space.
 */
import type { ConvGeometry, Extent3 } from "../geometry.ts";
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
): readonly number[] {
  const [zs, ys, xs] = pass.map(values);
  return zs!.flatMap((z) => ys!.flatMap((y) => xs!.map((x) => (z * height + y) * width + x)));
}

/** The number of elements. */
export function volume([depth, height, width]: Extent3): number {
  return depth * height * width;
}
