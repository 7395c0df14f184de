/** A heatmap laid over the picture it explains. */
import { flatten, type Image, type Pixels } from "./image.ts";
import { resize } from "./resize.ts";

/** What lies under the heatmap. */
export interface Overlay {
  /** The picture, or one for each sample of a batch. The heatmap takes its size. */
  readonly image: Image | readonly Image[];
  /** How much of the heatmap's colours shows, from 0 to 1; 0.6 unless given. */
  readonly alpha?: number;
}

/** `α map + (1 − α) picture`, the map enlarged to the picture's size. */
export function overlay(map: Image, picture: Image, alpha = 0.6): Pixels {
  checkAlpha(alpha);
  const { width, height, data } = flatten(picture);
  const above = resize(map, width, height);
  return { width, height, data: data.map((byte, at) => Math.round(alpha * above.data[at]! + (1 - alpha) * byte)) };
}

/** Throws a `RangeError` unless `alpha` is from 0 to 1. */
export function checkAlpha(alpha = 0): void {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`overlay: takes an alpha from 0 to 1, got ${alpha}`);
}
