/** Integrated gradients from many baselines at once. */
import type { Model } from "@relprop/layers";
import { checkKind, Tensor } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import type { Explaining } from "../run/method.ts";
import { chosenTarget, eachGradient, gradientOf, ofOneSample } from "./gradients.ts";
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
    analyze: ofOneSample("expectedGradients", (input, options) => {
      for (const { size } of baselines) {
        if (size === input.size) continue;
        throw new RangeError(`expectedGradients: takes baselines of ${input.size} elements, got ${size}`);
      }
      const random = randomFor(seed, "expectedGradients");
      const order = shuffled(baselines.length, random);
      const rounds = Math.ceil(draws / order.length);
      const parts = shuffled(rounds, random);
      let draw = 0;
      const next = (): { readonly from: Float32Array; readonly at: Tensor } => {
        const from = baselines[order[draw % order.length]!]!.data;
        const alpha = (parts[Math.floor(draw++ / order.length)]! + random.uniform()) / rounds;
        return { from, at: new Tensor(input.shape, input.data.map((x, i) => from[i]! + alpha * (x - from[i]!))) };
      };
      const target = chosenTarget(model, input, options);
      const relevance = new Float64Array(input.size);
      eachGradient(lrp, input, draws, next, { ...options, start: "one", target }, ({ data }, { from }) => {
        data.forEach((slope, i) => {
          relevance[i]! += ((input.data[i]! - from[i]!) * slope) / draws;
        });
      });
      return { relevance: new Tensor(input.shape, Float32Array.from(relevance)) };
    }),
  };
}
