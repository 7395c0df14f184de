/** Pictures to lay heatmaps over. */
import { blank, type Image } from "@relprop/heatmap";

/** Without colours of its own, so that those of a heatmap over it can be told apart. */
export function grayOf(image: Image): Image {
  const out = blank(image.width, image.height, "#000");
  for (let at = 0; at < out.data.length; at += 4) {
    const [red, green, blue] = [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!];
    const gray = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
    for (let channel = 0; channel < 3; channel++) out.data[at + channel] = gray;
  }
  return out;
}
