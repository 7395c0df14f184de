/** Window sizes as people write them (one number or one per axis), made into what kernels take (three axes). */
import { oneOf, ShapeError, type Extent3 } from "@relprop/tensor";

/** One number for every spatial axis, or one per axis. */
export type PerAxis = number | readonly number[];

/** Padding: one number, one per axis, or `[before, after]` per axis. */
export type Padding = number | readonly (number | readonly [before: number, after: number])[];

/** A value per spatial axis; throws a `ShapeError` unless there are `rank` whole numbers >= `least`. */
export function perAxis(who: string, value: PerAxis, rank: number, least: number): readonly number[] {
  const values = Array.isArray(value) ? (value as readonly number[]) : new Array<number>(rank).fill(value as number);
  if (values.length !== rank || !values.every((v) => Number.isInteger(v) && v >= least)) {
    throw new ShapeError(
      `${who}: takes ${rank} whole numbers >= ${least} (or one for all), got [${values.map(String).join(", ")}]`,
    );
  }
  return values;
}

/** `[before, after]` per spatial axis. */
export function paddingPairs(who: string, padding: Padding, rank: number): readonly (readonly [number, number])[] {
  const sides = Array.isArray(padding) ? (padding as readonly number[]) : new Array(rank).fill(padding as number);
  const pairs = sides.map((side): readonly [number, number] => (Array.isArray(side) ? side : [side, side]) as never);
  if (pairs.length !== rank || !pairs.flat().every((v) => Number.isInteger(v) && v >= 0)) {
    throw new ShapeError(
      `${who}: takes ${rank} paddings >= 0 (numbers or [before, after]), got ${JSON.stringify(padding)}`,
    );
  }
  return pairs;
}

/** One to three values as three, the missing outer axes filled with `fill`. */
export function extent3(values: readonly number[], fill: number): Extent3 {
  const padded = [...new Array<number>(3 - values.length).fill(fill), ...values];
  return [padded[0]!, padded[1]!, padded[2]!];
}

/** Throws a `ShapeError` unless a layer of this kind was given one to three spatial axes. */
export function checkSpatialRank(who: string, rank: number): void {
  if (rank < 1 || rank > 3) throw new ShapeError(`${who}: takes 1 to 3 spatial dimensions, got ${rank}`);
}

/** The names of the last spatial axes: `"H, W"` for two. */
export function spatialAxes(rank: number): string {
  return ["D", "H", "W"].slice(3 - rank).join(", ");
}

/** Padding that follows from the input: as many outputs as strides fit, the odd element behind (`upper`) or before. */
export type SamePadding = "sameUpper" | "sameLower";

/** The padding along one axis that makes its output `⌈extent / stride⌉` long. */
export function samePadding(
  mode: SamePadding, extent: number, kernel: number, stride: number, dilation: number,
): readonly [before: number, after: number] {
  oneOf("padding", "same", mode, ["sameUpper", "sameLower"]);
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + reach - extent);
  const half = Math.floor(total / 2);
  return mode === "sameUpper" ? [half, total - half] : [total - half, half];
}
