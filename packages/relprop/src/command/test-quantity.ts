/** What a test measures, and the pictures that show it. */
import {
  boxMask, relevanceOfPositions, type CheckedExplanation, type RelevanceMask, type RelevanceQuantity,
} from "@relprop/evaluate";
import {
  decodePng, featureBars, features, heatmap, imageToTensor, relevanceForm, signalPlot, tensorToImage, type PageBlock,
  type PageFigure,
} from "@relprop/heatmap";
import { readNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import type { ReadInput } from "./read-input.ts";
import { UsageError, type Terminal } from "./terminal.ts";
import type { PlannedExpectation } from "./test-plan.ts";

/** The quantity of an expectation, with the mask or the stored relevance that it names. */
export async function quantityOf(
  { quantity, of }: PlannedExpectation, path: string, explanation: CheckedExplanation, terminal: Terminal,
  names?: readonly string[],
): Promise<RelevanceQuantity> {
  if (quantity === "conserved") return { conserved: true };
  if (quantity === "similarity") {
    if (typeof of !== "string") throw new UsageError("takes \"similarity\" as a .npy file, got a list");
    return { similarity: readNpy(await terminal.read(path)).tensor() };
  }
  const mask = typeof of === "string" ? fitted(await maskFrom(path, terminal), explanation)
    : isWords(of) ? maskOfWords(of, names) : maskOf(of, explanation);
  return quantity === "share" ? { share: mask } : quantity === "rank" ? { rank: mask } : { sign: mask };
}

function isWords(of: readonly number[] | readonly string[]): of is readonly string[] {
  return typeof of[0] === "string";
}

function maskOfWords(words: readonly string[], names: readonly string[] | undefined): RelevanceMask {
  if (names === undefined) {
    throw new UsageError("takes words of a text or features of a table with names as a mask, got an input of neither");
  }
  const missing = words.find((word) => !names.includes(word));
  if (missing !== undefined) throw new UsageError(`takes words of ${names.join(" ")} as a mask, got "${missing}"`);
  return names.map((name) => Number(words.includes(name)));
}

/** Of pictures a box, of texts, rows and series the positions that are on it. */
function maskOf(numbers: readonly number[], explanation: CheckedExplanation): RelevanceMask {
  const { relevance: { shape }, layout } = explanation;
  if (shape.length === 4 && numbers.length === 4) {
    const [x, y, width, height] = numbers as readonly [number, number, number, number];
    return boxMask(layout === "channelsLast" ? [shape[1]!, shape[2]!] : [shape[2]!, shape[3]!], [x, y, width, height]);
  }
  const { length } = relevanceOfPositions(explanation);
  const beyond = numbers.find((position) => !(Number.isInteger(position) && position >= 0 && position < length));
  if (beyond !== undefined) throw new RangeError(`takes positions from 0 to ${length - 1} as a mask, got ${beyond}`);
  return Uint8Array.from({ length }, (_, i) => Number(numbers.includes(i)));
}

/** A mask of positions; one of the input's own shape is taken where all channels say the same. */
function fitted(mask: Uint8Array, { relevance, layout }: CheckedExplanation): RelevanceMask {
  const { length } = relevanceOfPositions({ relevance, layout });
  if (mask.length === length || mask.length !== relevance.size) return mask;
  const channels = relevance.size / length;
  const counts = relevanceOfPositions({ relevance: new Tensor(relevance.shape, Float32Array.from(mask)), layout });
  if (counts.some((count) => count !== 0 && count !== channels)) {
    throw new RangeError(`takes a mask of ${length} positions, got one that differs between ${channels} channels`);
  }
  return counts;
}

async function maskFrom(path: string, terminal: Terminal): Promise<Uint8Array> {
  const bytes = await terminal.read(path);
  const { data } = path.endsWith(".npy") ? readNpy(bytes).tensor() : imageToTensor(
    await decodePng(bytes), { channels: 1 },
  );
  return Uint8Array.from(data, (value) => Number(value > 0));
}

/** The input, and its relevance as it is now, with pictures that say more. */
export function shown(
  { image, layout, features: names, tensor }: ReadInput, explanation: CheckedExplanation,
  pictures: readonly PageFigure[],
): PageBlock {
  const relevance = { relevance: explanation.relevance, layout: explanation.layout ?? layout };
  const input = tensor instanceof Tensor && tensor.size === explanation.relevance.size ? { input: tensor } : {};
  const form = relevanceForm(relevance, names);
  if (form === "row") {
    return { kind: "drawing", drawing: featureBars(features(relevance, { ...input, ...(names && { names }) })) };
  }
  if (form === "signal") return { kind: "drawing", drawing: signalPlot(relevance, input) };
  if (form !== "picture") return { kind: "figures", figures: pictures };
  const figures = [
    ...(image === undefined ? [] : [{ image, alt: "the input", caption: "input" }]),
    { image: heatmap(relevance).rgba(), alt: "relevance as it is now", caption: "relevance now" },
  ];
  return { kind: "figures", figures: [...figures, ...pictures] };
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
