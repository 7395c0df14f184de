/** What relevance is of, by the axes it has: a picture, a signal along one axis, a row of features. */
import { toChannelsFirst, type Tensor } from "@relprop/tensor";
import { relevantOf, type Relevant } from "./relevant.ts";

/** How relevance is best shown. */
export type RelevanceForm = "picture" | "signal" | "row";

/** Rows of more numbers than a list can show are signals, unless their features have names. */
const MOST_FEATURES = 64;

/** `[N, C, H, W]` is a picture, `[N, C, L]` a signal, `[N, F]` a row of features or, if it is long, a signal. */
export function relevanceForm(
  explained: Relevant, names?: readonly string[],
): RelevanceForm | undefined {
  const { relevance: { shape } } = relevantOf("relevanceForm", explained);
  if (shape.includes(0)) return undefined;
  if (shape.length === 4) return "picture";
  if (shape.length === 3) return "signal";
  if (shape.length !== 1 && shape.length !== 2) return undefined;
  return names !== undefined || shape.at(-1)! <= MOST_FEATURES ? "row" : "signal";
}

/** The numbers of one sample along its last axis, channels summed: what a signal or a row shows. */
export function alongLastAxis(explained: Relevant, sample = 0): Float64Array {
  const { relevance, layout } = relevantOf("relevance", explained);
  const { shape, data } = toChannelsFirst(relevance, layout);
  const length = shape.at(-1) ?? 1;
  const batch = shape.length < 2 ? 1 : shape[0]!;
  if (!(Number.isInteger(sample) && sample >= 0 && sample < batch)) {
    throw new RangeError(`relevance: takes a sample from 0 to ${batch - 1}, got ${sample}`);
  }
  const size = data.length / batch;
  const sums = new Float64Array(length);
  for (let i = 0; i < size; i++) sums[i % length]! += data[sample * size + i]!;
  return sums;
}

/** How many samples there are; a tensor with one axis is one. */
export function samplesOf({ shape }: Tensor): number {
  return shape.length < 2 ? 1 : shape[0]!;
}
