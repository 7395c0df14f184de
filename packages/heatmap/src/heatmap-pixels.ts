/** Relevance as pixels alone, for pages that are to be small. */
import { optionsOf, type Tensor } from "@relprop/tensor";
import { blank, rgb, type Pixels, type Rgb } from "./image/image.ts";
import { painter, type ColorMap, type Paint } from "./picture/color-map.ts";
import { positionIn, rangeOf, type Normalization } from "./picture/normalize.ts";
import { planes, type Plane, type PlaneOptions } from "./picture/reduce.ts";
import { relevantOf, type Relevant } from "./relevant.ts";

/** What the pixels of a heatmap can be asked for. */
export interface HeatmapPixelsOptions extends PlaneOptions {
  /** Which relevance the ends of the colour map stand for; `"symmetric"`, around 0, unless given. */
  readonly normalize?: Normalization;
  /** `"redBlue"` unless given: negative blue, 0 white, positive red. */
  readonly colors?: ColorMap;
}

/**
 * What `heatmap(relevance).rgba()` is of one sample, the first unless another is asked for, without the code of its
 * other formats.
 */
export function heatmapPixels(relevance: Tensor | Relevant, options: HeatmapPixelsOptions = {}): Pixels {
  const { normalize, colors = "redBlue", sample = 0 } = optionsOf("heatmapPixels", options);
  const { relevance: tensor, layout } = relevantOf("heatmapPixels", relevance);
  const [{ values, ...extents }] = planes(tensor, { layout, ...options, sample }) as readonly [Plane];
  const range = rangeOf(values, normalize);
  const positions = { ...extents, values: values.map((r) => positionIn(range, r)) };
  return paintedPlane(positions, painter(colors), () => 255);
}

/** Colours at positions, magenta for what is not finite unless another is given, as opaque as `alpha` says. */
export function paintedPlane(
  { width, height, values }: Plane, paint: Paint, alpha: (position: number) => number, nonFinite: Rgb = rgb("#ff00ff"),
): Pixels {
  const image = blank(width, height);
  for (let i = 0; i < values.length; i++) {
    const position = values[i]!;
    if (Number.isNaN(position)) image.data.set(nonFinite, i * 4);
    else paint(position, image.data, i * 4);
    image.data[i * 4 + 3] = alpha(position);
  }
  return image;
}
