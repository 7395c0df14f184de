/** Integrated gradients from many baselines at once. */
import type { Model } from "@relprop/layers";
import { checkKind, Tensor } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import type { Explaining } from "../run/method.ts";
import { checkOneSample, chosenTarget, gradientOf, gradientsAt } from "./gradients.ts";
import { checkGivenModel } from "@relprop/lrp";

/** What `expectedGradients` may be given. */
export interface ExpectedOptions {
  /** Samples `[1, …]` of what inputs usually are; every one is a baseline. */
  readonly baselines: readonly Tensor[];
  /** Points in all, spread over baselines and paths; 100 by default. */
  readonly draws?: number;
  /** 1 by default. */
  readonly seed?: number;
}

/**
 * `E_{x₀, α}[(x − x₀) ⊙ ∂f/∂x(x₀ + α (x − x₀))]` (Erion et al. 2021): baselines in a random order, over and over, and
 * of the path to each of them one α in each of as many equal parts as it gets draws.
 */
export function expectedGradients(model: Model, options: ExpectedOptions): Explaining {
  checkGivenModel("expectedGradients", model);
  const { baselines, draws = 100, seed = 1 } = Object(options) as ExpectedOptions;
  checkKind("expectedGradients", "baselines in a list", baselines, Array.isArray(baselines));
  if (baselines.length === 0) throw new RangeError("expectedGradients: takes at least one baseline, got none");
  if (!Number.isInteger(draws) || draws < 1) throw new RangeError(`expectedGradients: takes draws >= 1, got ${draws}`);
  const lrp = gradientOf(model);
  return {
    analyze: (input, options = {}) => {
      checkOneSample("expectedGradients", input);
      for (const { size } of baselines) {
        if (size === input.size) continue;
        throw new RangeError(`expectedGradients: takes baselines of ${input.size} elements, got ${size}`);
      }
      const random = randomFor(seed, "expectedGradients");
      const order = shuffled(baselines.length, random);
      const rounds = Math.ceil(draws / order.length);
      const parts = shuffled(rounds, random);
      const points = Array.from({ length: draws }, (_, draw) => {
        const from = baselines[order[draw % order.length]!]!.data;
        const alpha = (parts[Math.floor(draw / order.length)]! + random.uniform()) / rounds;
        return { from, at: new Tensor(input.shape, input.data.map((x, i) => from[i]! + alpha * (x - from[i]!))) };
      });
      const target = chosenTarget(model, input, options);
      const gradients = gradientsAt(lrp, points.map(({ at }) => at), { ...options, start: "one", target });
      const relevance = new Float64Array(input.size);
      gradients.forEach(({ data }, draw) => data.forEach((slope, i) => {
        relevance[i]! += ((input.data[i]! - points[draw]!.from[i]!) * slope) / draws;
      }));
      return { relevance: new Tensor(input.shape, Float32Array.from(relevance)) };
    },
  };
}
