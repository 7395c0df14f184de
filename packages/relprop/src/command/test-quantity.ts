/** What a test measures, and the pictures that show it. */
import { boxMask, type CheckedExplanation, type RelevanceMask, type RelevanceQuantity } from "@relprop/evaluate";
import { decodePng, heatmap, imageToTensor, tensorToImage, type PageFigure } from "@relprop/heatmap";
import { readNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import type { ReadInput } from "./read-input.ts";
import { UsageError, type Terminal } from "./terminal.ts";
import type { PlannedExpectation } from "./test-plan.ts";

/** The quantity of an expectation, with the mask or the stored relevance that it names. */
export async function quantityOf(
  { quantity, of }: PlannedExpectation, path: string, { relevance }: CheckedExplanation, terminal: Terminal,
  tokens?: readonly string[],
): Promise<RelevanceQuantity> {
  if (quantity === "conserved") return { conserved: true };
  if (quantity === "similarity") {
    if (typeof of !== "string") throw new UsageError("takes \"similarity\" as a .npy file, got a list");
    return { similarity: readNpy(await terminal.read(path)).tensor() };
  }
  const mask = typeof of === "string" ? await maskFrom(path, terminal)
    : isWords(of) ? maskOfWords(of, tokens) : maskOf(of, relevance);
  return quantity === "share" ? { share: mask } : quantity === "rank" ? { rank: mask } : { sign: mask };
}

function isWords(of: readonly number[] | readonly string[]): of is readonly string[] {
  return typeof of[0] === "string";
}

function maskOfWords(words: readonly string[], tokens: readonly string[] | undefined): RelevanceMask {
  if (tokens === undefined) throw new UsageError("takes words of a text as a mask, got an input that is none");
  const missing = words.find((word) => !tokens.includes(word));
  if (missing !== undefined) throw new UsageError(`takes words of ${tokens.join(" ")} as a mask, got "${missing}"`);
  return tokens.map((token) => Number(words.includes(token)));
}

/** Of pictures a box, of texts and rows the positions that are on it. */
function maskOf(numbers: readonly number[], { shape }: Tensor): RelevanceMask {
  if (shape.length === 4 && numbers.length === 4) {
    const [x, y, width, height] = numbers as readonly [number, number, number, number];
    return boxMask([shape[2]!, shape[3]!], [x, y, width, height]);
  }
  const count = shape.length < 3 ? shape.reduce((all, extent) => all * extent, 1) : shape[1]!;
  return Uint8Array.from({ length: count }, (_, i) => Number(numbers.includes(i)));
}

async function maskFrom(path: string, terminal: Terminal): Promise<RelevanceMask> {
  const bytes = await terminal.read(path);
  const { data } = path.endsWith(".npy") ? readNpy(bytes).tensor() : imageToTensor(
    await decodePng(bytes), { channels: 1 },
  );
  return Uint8Array.from(data, (value) => Number(value > 0));
}

/** The input, and its relevance as it is now. */
export function shown({ image, layout }: ReadInput, { relevance }: CheckedExplanation): readonly PageFigure[] {
  const map = heatmap({ relevance, layout }).rgba();
  return [
    ...(image === undefined ? [] : [{ image, alt: "the input", caption: "input" }]),
    { image: map, alt: "relevance as it is now", caption: "relevance now" },
  ];
}

/** The mask, or what was stored and how what is there now differs from it. */
export function pictureOf(
  quantity: RelevanceQuantity, { relevance, layout }: CheckedExplanation,
): readonly PageFigure[] {
  if (relevance.shape.length !== 4 || "conserved" in quantity) return [];
  if ("similarity" in quantity) {
    const stored = quantity.similarity.reshape(relevance.shape);
    const scale = size(relevance) / (size(stored) || 1);
    const moved = new Tensor(relevance.shape, relevance.data.map((value, i) => value - scale * stored.data[i]!));
    return [["stored", stored] as const, ["what moved", moved] as const].map(([caption, of]) =>
      ({ image: heatmap({ relevance: of, layout }).rgba(), alt: caption, caption }));
  }
  const mask = "share" in quantity ? quantity.share : "rank" in quantity ? quantity.rank : quantity.sign;
  const [, , height = 1, width = 1] = relevance.shape;
  if (mask.length !== height * width) return [];
  return [{
    image: tensorToImage(new Tensor([height, width], Float32Array.from(mask, Number))),
    alt: "the mask", caption: "mask",
  }];
}

function size({ data }: Tensor): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
}
