/** Does an explanation change when the network unlearns what it knows? */
import type { Model } from "@relprop/layers";
import { optionsOf, Tensor } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { spearman } from "../result/correlation.ts";
import { meanOf } from "../result/interval.ts";
import { Scores, type SampleScore } from "../result/scores.ts";
import { MaskedModel, type MaskingOptions } from "../run/masked-model.ts";
import { relevanceOf, type Method } from "../run/method.ts";
import { randomizable, randomized, type Randomization } from "../run/randomized-model.ts";
import { inputsOf, type Sample } from "../run/sample.ts";
import { unitRelevance } from "../units/units.ts";
import type { Measures } from "./metric.ts";
import { checkMeasured } from "../run/given-samples.ts";

/** What `parameterRandomization` may be given. */
export interface RandomizationOptions extends Omit<MaskingOptions, "imputer"> {
  /** `"permuted"` within each tensor by default. */
  readonly how?: Randomization;
  /** Randomises every node alone, the others as they were, instead of with all between it and the output. */
  readonly alone?: boolean;
  /** Noisy copies for sMPRT; 50 by default, 0 leaves it out. */
  readonly noisy?: number;
  /** Standard deviation of their noise, as a part of the range of the sample; 0.1 by default. */
  readonly noise?: number;
  /** Bins of the histogram for eMPRT; 100 by default. */
  readonly bins?: number;
}

/**
 * Randomises a network from its output down, node by node, and explains it each time.
 *
 * - `mprt`: the mean rank correlation of |R| with that of the network as it was (Adebayo et al. 2018); low is good.
 * - `smprt`: the same of relevance averaged over noisy copies of the input (Hedström et al. 2024).
 * - `emprt`: how far the entropy of the histogram of |R| rises, `(ξ(all random) − ξ(R)) / ξ(R)`; high is good.
 */
export function parameterRandomization(
  model: Model, samples: Iterable<Sample>, methodOf: (model: Model) => Method, options: RandomizationOptions = {},
): Measures {
  optionsOf("parameterRandomization", options);
  const { how = "permuted", alone = false, noisy = 50, noise = 0.1, bins = 100, seed = 1 } = options;
  checkMeasured("parameterRandomization", model, samples, [methodOf]);
  const names = randomizable(model);
  if (names.length === 0) throw new RangeError("parameterRandomization: takes models with weights, got none");
  const broken = (nodes: readonly string[]): Method => methodOf(randomized(model, new Set(nodes), seed, how));
  const methods = names.map((name, k) => broken(alone ? [name] : names.slice(0, k + 1)));
  const [own, last] = [methodOf(model), alone ? broken(names) : methods.at(-1)!];
  const rows: Record<"mprt" | "smprt" | "emprt", SampleScore[]> = { mprt: [], smprt: [], emprt: [] };
  for (const sample of samples) {
    const { id } = sample;
    const masked = new MaskedModel("parameterRandomization", model, sample, { ...options, imputer: NOTHING });
    const relevance = (method: Method, inputs: readonly Sample[]): Float64Array => {
      const parts = inputs.map((each) =>
        unitRelevance(masked.units, relevanceOf(method, each, masked.target, options.output)));
      return parts[0]!.map((_, unit) => Math.abs(parts.reduce((sum, part) => sum + part[unit]!, 0) / parts.length));
    };
    const similarity = (inputs: readonly Sample[]): number | undefined => {
      const before = relevance(own, inputs);
      const alike = methods.flatMap((method) => spearman(before, relevance(method, inputs)) ?? []);
      return alike.length === 0 ? undefined : meanOf(alike);
    };
    rows.mprt.push({ id, score: similarity([sample]) });
    if (noisy > 0) rows.smprt.push({ id, score: similarity(noisyCopies(sample, noisy, noise, seed)) });
    const [before, after] = [own, last].map((method) => histogramEntropy(relevance(method, [sample]), bins));
    rows.emprt.push({ id, score: before === 0 ? undefined : (after! - before!) / before! });
  }
  const settings = `${how}${alone ? " alone" : ""}, ${noisy} copies with noise ${noise}, ${bins} bins, seed ${seed}`;
  const better = { mprt: "lower", smprt: "lower", emprt: "higher" } as const;
  return new Map((["mprt", "smprt", "emprt"] as const).map((name) =>
    [name, new Scores(name, better[name], settings, rows[name])]));
}

const NOTHING = { name: "nothing", prepare: () => [] };

function noisyCopies(sample: Sample, count: number, noise: number, seed: number): readonly Sample[] {
  const [input, ...others] = inputsOf(sample);
  if (!(input instanceof Tensor)) {
    throw new TypeError("parameterRandomization: takes inputs of floats for noise, got ids: noisy: 0 does without");
  }
  const [low, high] = input.data.reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity],
  );
  return Array.from({ length: count }, (_, draw) => {
    const random = randomFor(seed, sample.id, "parameterRandomization", draw);
    const moved = input.data.map((value) => value + noise * (high - low) * random.normal());
    return { ...sample, input: [new Tensor(input.shape, moved), ...others] };
  });
}

/** The entropy of how values fall into equal bins between their extremes. */
function histogramEntropy(values: Float64Array, bins: number): number {
  const [low, high] = values.reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity],
  );
  if (!(high > low)) return 0;
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++;
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / values.length) * Math.log(count / values.length)), 0,
  );
}
