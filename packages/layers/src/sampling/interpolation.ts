/** Which elements of an axis a resized position reads. */
import type { Tap } from "./resample.ts";

/** Which point of the input an output position stands for; the names are those of ONNX's Resize. */
export type ResizeCoordinates =
  | "half_pixel" | "half_pixel_symmetric" | "pytorch_half_pixel" | "align_corners" | "asymmetric"
  | "tf_crop_and_resize";

/** How points between elements are interpolated. */
export interface Interpolation {
  readonly mode: "nearest" | "linear" | "cubic";
  readonly coordinates: ResizeCoordinates;
  readonly rounding: "round_prefer_floor" | "round_prefer_ceil" | "floor" | "ceil";
  /** The slope of the cubic kernel at 1. */
  readonly cubic: number;
  /** Whether elements beyond the edge count for nothing, rather than repeat the edge. */
  readonly excludeOutside: boolean;
  /** Whether shrinking averages over all that lies between. */
  readonly antialias: boolean;
}

/** An axis that is resized. */
export interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  /** The part that is cut out, where coordinates go by it. */
  readonly region: readonly [start: number, end: number];
}

/** The taps of an output position; none where it stands for a point outside of what is cut out. */
export function tapsAt(position: number, axis: ResizedAxis, how: Interpolation): readonly Tap[] {
  const point = pointOf(position, axis, how);
  if (how.coordinates === "tf_crop_and_resize" && (point < 0 || point > axis.from - 1)) return [];
  if (how.mode === "nearest") return [{ position: inside(ROUNDINGS[how.rounding](point), axis.from), weight: 1 }];
  const kernel = how.mode === "linear" ? tent : (t: number): number => cubic(t, how.cubic);
  const stretch = how.antialias ? Math.min(axis.scale, 1) : 1;
  const support = (how.mode === "linear" ? 1 : 2) / stretch;
  const taps: Tap[] = [];
  for (let at = Math.ceil(point - support); at <= Math.floor(point + support); at++) {
    const weight = kernel((at - point) * stretch);
    const isOutside = at < 0 || at >= axis.from;
    if (weight !== 0 && !(isOutside && how.excludeOutside)) {
      taps.push({ position: inside(at, axis.from), weight });
    }
  }
  const total = how.antialias || how.excludeOutside ? taps.reduce((sum, { weight }) => sum + weight, 0) : 1;
  return taps.map(({ position: at, weight }) => ({ position: at, weight: weight / total }));
}

function pointOf(
  p: number, { from, to, scale, region: [start, end] }: ResizedAxis, { coordinates, mode }: Interpolation,
): number {
  // A point that is rounded to an element is a float first, so that the float of a scale stands for the scale.
  const scaled = (at: number): number => (mode === "nearest" ? Math.fround(at / scale) : at / scale);
  const half = scaled(p + 0.5) - 0.5;
  switch (coordinates) {
    case "half_pixel": return half;
    case "half_pixel_symmetric": return (from / 2) * (1 - to / (scale * from)) + half;
    case "pytorch_half_pixel": return to > 1 ? half : 0;
    case "align_corners": return to > 1 ? (p * (from - 1)) / (to - 1) : 0;
    case "asymmetric": return scaled(p);
    case "tf_crop_and_resize":
      return to > 1
        ? start * (from - 1) + (p * (end - start) * (from - 1)) / (to - 1)
        : 0.5 * (start + end) * (from - 1);
  }
}

const ROUNDINGS: Readonly<Record<Interpolation["rounding"], (point: number) => number>> = {
  round_prefer_floor: (point) => Math.ceil(point - 0.5),
  round_prefer_ceil: (point) => Math.floor(point + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

function inside(position: number, extent: number): number {
  return Math.min(Math.max(position, 0), extent - 1);
}

function tent(t: number): number {
  return Math.max(0, 1 - Math.abs(t));
}

/** Keys' kernel; `a` is its slope at 1. */
export function cubic(t: number, a: number): number {
  const d = Math.abs(t);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** The derivative of Keys' kernel. */
export function cubicSlope(t: number, a: number): number {
  const d = Math.abs(t);
  const slope = d <= 1 ? (3 * (a + 2) * d - 2 * (a + 3)) * d : d < 2 ? (3 * a * d - 10 * a) * d + 8 * a : 0;
  return t < 0 ? -slope : slope;
}
