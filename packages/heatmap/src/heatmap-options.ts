/** What a heatmap can be asked for. */
import type { ColorMap } from "./picture/color-map.ts";
import { checkImage, type Color, type Image } from "./image/image.ts";
import type { Normalization } from "./picture/normalize.ts";
import { checkAlpha, type Overlay } from "./picture/overlay.ts";
import type { PlaneOptions } from "./picture/reduce.ts";

/** How relevance becomes a picture; every option has a default. */
export interface HeatmapOptions extends PlaneOptions {
  /** Which relevance the ends of the colour map stand for; `"symmetric"`, around 0, unless given. */
  readonly normalize?: Normalization;
  /** Whether the samples of a batch share one range, to compare them; `false`: each has its own. */
  readonly shared?: boolean;
  /** `"redBlue"` unless given: negative blue, 0 white, positive red. */
  readonly colors?: ColorMap;
  /** The colour of NaN and infinities; magenta unless given. */
  readonly nonFinite?: Color;
  /** Each pixel becomes a square of `scale × scale`; 1 unless given. */
  readonly scale?: number;
  /** The size of the picture instead of a scale. */
  readonly size?: readonly [width: number, height: number];
  /** A picture to shine through. */
  readonly overlay?: Overlay;
  /** Samples of a batch side by side; as many as rows unless given, or 1 for signals. */
  readonly columns?: number;
  /** Whether a colour bar with its numbers stands under the picture. */
  readonly legend?: boolean;
  /** What shows between samples and around a colour bar; white unless given. */
  readonly background?: Color;
}

/** Throws a `RangeError` for sizes that no picture can have. */
export function checkOptions({ scale, size, columns }: HeatmapOptions): void {
  const whole = (extent: number | undefined): boolean => Number.isInteger(extent) && extent! >= 1;
  if (scale !== undefined && size !== undefined) throw new RangeError("heatmap: takes a scale or a size, got both");
  if (scale !== undefined && !whole(scale)) {
    throw new RangeError(`heatmap: takes a whole scale of at least 1, got ${scale}`);
  }
  if (size !== undefined && !(whole(size[0]) && whole(size[1]))) {
    throw new RangeError(`heatmap: takes a size of whole numbers of at least 1, got ${size.join(" × ")}`);
  }
  if (columns !== undefined && !whole(columns)) {
    throw new RangeError(`heatmap: takes at least 1 column, got ${columns}`);
  }
}

/** The picture under each of the `count` samples that are drawn; none where nothing is overlaid. */
export function underlays({ overlay, sample = 0 }: HeatmapOptions, count: number): readonly Image[] {
  if (overlay === undefined) return [];
  checkAlpha(overlay.alpha);
  const image = (i: number): Image | undefined =>
    Array.isArray(overlay.image) ? (overlay.image as readonly Image[])[sample + i] : (overlay.image as Image);
  return Array.from({ length: count }, (_, i) => {
    const under = image(i);
    if (under === undefined) {
      throw new RangeError(`heatmap: takes a picture to lay sample ${sample + i} over, got none`);
    }
    checkImage("heatmap", under);
    return under;
  });
}
