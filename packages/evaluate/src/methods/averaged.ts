/** Methods made of other methods. */
import type { Concept, CRP } from "@relprop/crp";
import { optionsOf, Tensor } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { relevanceOf, type Method, type RelevanceFunction } from "../run/method.ts";

/** What `averaged` may be given. */
export interface AveragedOptions {
  /** 20 by default. */
  readonly samples?: number;
  /** Standard deviation of the noise, as a part of the range of the sample; 0.1 by default. */
  readonly noise?: number;
  /** 1 by default. */
  readonly seed?: number;
}

/** The mean of a method's relevance over noisy copies of the input, of the target that was chosen without noise. */
export function averaged(method: Method, options: AveragedOptions = {}): RelevanceFunction {
  const { samples = 20, noise = 0.1, seed = 1 } = optionsOf("averaged", options);
  if (!Number.isInteger(samples) || samples < 1) throw new RangeError(`averaged: takes samples >= 1, got ${samples}`);
  if (!(noise >= 0)) throw new RangeError(`averaged: takes noise >= 0, got ${noise}`);
  return (input, target, others) => {
    if (!(input instanceof Tensor)) throw new TypeError("averaged: takes inputs of floats, got token ids");
    const [low, high] = input.data.reduce<readonly [number, number]>(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity],
    );
    let [shape, sum]: [readonly number[], Float64Array | undefined] = [input.shape, undefined];
    for (let draw = 0; draw < samples; draw++) {
      const random = randomFor(seed, "averaged", draw);
      const moved = new Tensor(input.shape, input.data.map((x) => x + noise * (high - low) * random.normal()));
      const relevance = relevanceOf(method, { id: 0, input: [moved, ...others] }, target);
      shape = relevance.shape;
      sum ??= new Float64Array(relevance.size);
      for (let i = 0; i < sum.length; i++) sum[i]! += relevance.data[i]! / samples;
    }
    return new Tensor(shape, Float32Array.from(sum!));
  };
}

/** Relevance that runs through these concepts alone: what `crp.conditional` finds for one condition. */
export function throughConcepts(
  crp: CRP, nodes: Readonly<Record<string, Concept>>,
): RelevanceFunction {
  return (input, target, others) => {
    const inputs = others.length === 0 ? input : [input, ...others];
    return crp.conditional(inputs, [{ nodes, target }], { start: "value" })[0]!.relevance;
  };
}
