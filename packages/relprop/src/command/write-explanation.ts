/** An explanation in the format that a file's name asks for. */
import { heatmap, relevanceForm } from "@relprop/heatmap";
import { writeNpy } from "@relprop/models";
import type { Explanation } from "@relprop/lrp";
import { grayOf } from "../gray.ts";
import type { Look } from "./options/output.ts";
import type { ReadInput } from "./read-input.ts";

/** What `relprop explain` can write. */
export const explanationFormats: readonly string[] = ["png", "html", "npy"];

/** Written heatmaps have as many pixels along their longer side, at least. */
const LEGIBLE = 256;

/** The content of a file of this format. */
export async function writtenExplanation(
  format: string, { relevance }: Explanation, { image, layout }: ReadInput, look: Look,
): Promise<Uint8Array | string> {
  if (format === "npy") return writeNpy(relevance);
  const { colors, legend } = look;
  const extents = layout === "channelsLast" ? relevance.shape.slice(-3, -1) : relevance.shape.slice(-2);
  const longest = extents.reduce((most, extent) => Math.max(most, extent), 1);
  const scale = look.scale ?? Math.ceil(LEGIBLE / longest);
  const overlay = look.overlay && image !== undefined ? { image: grayOf(image) } : undefined;
  const signal = relevanceForm({ relevance }) !== "picture";
  const picture = heatmap({ relevance, layout }, {
    scale, legend, ...(signal && { signal }), ...(overlay && { overlay }), ...(colors !== undefined && { colors }),
  });
  return format === "html" ? picture.html() : picture.png();
}
