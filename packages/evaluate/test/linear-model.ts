/** Linear networks, for which every metric is known in closed form. */
import { chain, Dense, Flatten, type Model } from "@relprop/layers";
import { Tensor, tensor } from "@relprop/tensor";
import type { Sample } from "@relprop/evaluate";
import { randomFor } from "../src/draw/random.ts";

export interface LinearCase {
  readonly model: Model;
  readonly weights: readonly number[];
  readonly samples: readonly Sample[];
}

/** `f = wᵀ x` with small whole numbers, which single precision adds up exactly. */
export function linearCase(features: number, samples: number, seed = 1): LinearCase {
  const random = randomFor(seed, "linear case");
  const whole = (): number => random.below(17) - 8;
  const weights = Array.from({ length: features }, whole);
  return {
    model: chain(new Dense(tensor([weights]))),
    weights,
    samples: Array.from({ length: samples }, (_, id) => ({
      id, input: new Tensor([1, features], Float32Array.from({ length: features }, whole)),
    })),
  };
}

/** What every feature contributes: `w ⊙ x`. */
export function contributions({ weights }: LinearCase): (input: { readonly data: ArrayLike<number> }) => Tensor {
  return ({ data }) => new Tensor([1, weights.length], Float32Array.from(weights, (w, i) => w * data[i]!));
}

/** A network of two classes on pictures of 4 × 4: the first adds up the upper half, the second the lower. */
export function halves(): Model {
  const weight = Array.from(
    { length: 2 }, (_, c) => Array.from({ length: 16 }, (_, i) => Number((i < 8) === (c === 0)))
  );
  return chain(new Flatten(), new Dense(tensor(weight)));
}
