/** A heatmap laid over the picture it explains. */
import { flatten, type Image, type Pixels } from "../image/image.ts";
import { resize } from "../image/resize.ts";

/** What lies under the heatmap. */
export interface Overlay {
  /** The picture, or one for each sample of a batch. The heatmap takes its size. */
  readonly image: Image | readonly Image[];
  /** How much of the heatmap's colours shows, from 0 to 1; 0.6 unless given. */
  readonly alpha?: number;
  /** Whether colours show only where there is relevance, so that the picture stays legible elsewhere. */
  readonly fade?: boolean;
}

/** `α map + (1 − α) picture`, the map enlarged to the picture's size; the picture shows where it is transparent. */
export function overlay(map: Image, picture: Image, alpha = 0.6): Pixels {
  checkAlpha(alpha);
  const { width, height, data } = flatten(picture);
  const above = resize(map, width, height);
  const mixed = data.map((byte, at) => {
    const share = at % 4 === 3 ? 0 : (alpha * above.data[at | 3]!) / 255;
    return Math.round(share * above.data[at]! + (1 - share) * byte);
  });
  return { width, height, data: mixed };
}

/** Throws a `RangeError` unless `alpha` is from 0 to 1. */
export function checkAlpha(alpha = 0): void {
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`overlay: takes an alpha from 0 to 1, got ${alpha}`);
}
