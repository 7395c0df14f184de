/** What becomes of a prediction while the most, or the least, relevant parts of an input are hidden first. */
import type { Model } from "@relprop/layers";
import { optionsOf, type Tensor } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import { MaskedModel, type MaskingOptions } from "../run/masked-model.ts";
import { relevanceOf, type Method } from "../run/method.ts";
import type { Sample } from "../run/sample.ts";
import { orderingRelevance } from "../units/units.ts";
import { Flipping, type FlippedSample } from "./flipping-result.ts";
import { stepCounts, sweep } from "./sweep.ts";
import { checkMeasured } from "../run/given-samples.ts";

/** How inputs are flipped. */
export interface FlippingOptions extends MaskingOptions {
  /** 25 by default, at most one per unit. */
  readonly steps?: number;
  /** Random orders to compare with; 3 by default. */
  readonly randomOrders?: number;
}

/**
 * Hides units in the order of their relevance, most relevant first and least relevant first, and in random orders
 * (Samek et al. 2017). Inserting the most relevant first is hiding the least relevant first, seen from the other end,
 * so two orders give deletion, insertion, SRG, AOPC, IROF and ROAD.
 */
export function flipping(
  model: Model, samples: Iterable<Sample>, method: Method, options: FlippingOptions = {},
): Flipping {
  optionsOf("flipping", options);
  checkMeasured("flipping", model, samples, [method]);
  const flipped = [];
  let settings: string | undefined;
  for (const sample of samples) {
    const masked = new MaskedModel("flipping", model, sample, options);
    const relevance = relevanceOf(method, sample, masked.target, options.output);
    flipped.push(flip(masked, [relevance], options)[0]!);
    settings ??= flippingSettings(masked, options);
  }
  return new Flipping(settings ?? "", flipped);
}

/** How something was flipped, in words: what results must agree on to be merged. */
export function flippingSettings({ units: { name }, imputer }: MaskedModel, options: FlippingOptions): string {
  const { steps = 25, randomOrders = 3, score = "usual score", seed = 1 } = options;
  return `${name} by ${imputer}, ${score}, ${steps} steps, ${randomOrders} random orders, seed ${seed}`;
}

const MOST_ORDERS = 10_000;

/** One sample flipped by several explanations of it, which share everything but their own orders. */
export function flip(
  masked: MaskedModel, relevances: readonly Tensor[], options: FlippingOptions = {},
): readonly FlippedSample[] {
  const { steps = 25, randomOrders = 3, seed = 1 } = options;
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`flipping: takes steps >= 1, got ${steps}`);
  if (!Number.isInteger(randomOrders) || randomOrders < 0 || randomOrders > MOST_ORDERS) {
    throw new RangeError(`flipping: takes from 0 to ${MOST_ORDERS} random orders, got ${randomOrders}`);
  }
  const { units, sample: { id } } = masked;
  if (units.count === 0) throw new RangeError(`flipping: takes samples with units, got none in sample ${id}`);
  const counts = stepCounts(units.count, steps);
  const own = relevances.map((relevance) => mostRelevantFirst(orderingRelevance(units, relevance), seed, id));
  const random = Array.from({ length: randomOrders }, (_, draw) =>
    shuffled(units.count, randomFor(seed, id, "random order", draw)));
  const orders = [...own.flatMap((order) => [order, order.toReversed()]), ...random];
  const curves = sweep(masked, orders, counts);
  const shares = counts.map((count) => count / units.count);
  const atRandom = curves.slice(2 * own.length);
  return own.map((_, i) => ({ id, shares, morf: curves[2 * i]!, lerf: curves[2 * i + 1]!, random: atRandom }));
}

/** Units in the order of their relevance; equals among them in a random order, since theirs would have a meaning. */
export function mostRelevantFirst(relevance: Float64Array, seed: number, id: number): Int32Array {
  return shuffled(relevance.length, randomFor(seed, id, "ties")).sort((a, b) => relevance[b]! - relevance[a]!);
}
