/** Several methods, measured on the same samples with the same random numbers and shared forward passes. */
import { checkKind, optionsOf } from "@relprop/tensor";
import type { Model } from "@relprop/layers";
import { flip, flippingSettings, type FlippingOptions } from "../metrics/flipping.ts";
import { Flipping, type FlippedSample } from "../metrics/flipping-result.ts";
import { MaskedModel } from "../run/masked-model.ts";
import { relevanceOf, type Method } from "../run/method.ts";
import type { Sample } from "../run/sample.ts";
import { Comparison } from "./comparison.ts";
import { checkMeasured } from "../run/given-samples.ts";

/** What `compare` may be given. */
export interface CompareOptions extends FlippingOptions {
  /** Is told of every sample that is done. */
  readonly done?: (sample: Sample) => void;
}

/**
 * Flips every sample by every method. All share the score of the sample itself, that of everything hidden, and random
 * orders; each adds two sweeps of its own.
 */
export function compare(
  model: Model, samples: Iterable<Sample>, methods: Readonly<Record<string, Method>>, options: CompareOptions = {},
): Comparison {
  optionsOf("compare", options);
  checkKind("compare", "methods by name", methods, typeof methods === "object" && methods !== null);
  checkMeasured("compare", model, samples, Object.values(methods));
  const names = Object.keys(methods);
  if (names.length === 0) throw new RangeError("compare: takes at least one method, got none");
  const found = new Map<string, FlippedSample[]>(names.map((name) => [name, []]));
  let settings = "";
  for (const sample of samples) {
    const masked = new MaskedModel("compare", model, sample, options);
    settings = flippingSettings(masked, options);
    const relevances = names.map((name) => relevanceOf(methods[name]!, sample, masked.target, options.output));
    flip(masked, relevances, options).forEach((flipped, i) => found.get(names[i]!)!.push(flipped));
    options.done?.(sample);
  }
  return new Comparison(new Map([...found].map(([name, flipped]) => [name, new Flipping(settings, flipped)])));
}
