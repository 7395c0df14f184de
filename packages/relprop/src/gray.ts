/** Pictures to lay heatmaps over. */
import { blank, type Image } from "@relprop/heatmap";

/** Without colours of its own, so that those of a heatmap over it can be told apart. */
export function grayOf(image: Image): Image {
  const out = blank(image.width, image.height, "#000");
  for (let at = 0; at < out.data.length; at += 4) {
    const [red, green, blue] = image.data.subarray(at, at + 3) as unknown as readonly [number, number, number];
    out.data.fill(Math.round(0.299 * red + 0.587 * green + 0.114 * blue), at, at + 3);
  }
  return out;
}
