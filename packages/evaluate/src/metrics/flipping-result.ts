/** The curves of flipped samples, and the metrics that are read off them. */
import { byId, checkSameSettings } from "../result/by-sample.ts";
import { Scores, type Better } from "../result/scores.ts";
import { area, type Curve } from "./sweep.ts";

/** What became of one sample. */
export interface FlippedSample {
  readonly id: number;
  /** The share of units that is hidden at each step, from 0 to 1. */
  readonly shares: readonly number[];
  /** Most relevant first. */
  readonly morf: Curve;
  /** Least relevant first. */
  readonly lerf: Curve;
  /** In random orders. */
  readonly random: readonly Curve[];
}

/** The order in which units are hidden. */
export type FlippingOrder = "morf" | "lerf" | "random";

/** Flipped samples in the order of their numbers. Immutable; `merge` puts shards together to the last bit. */
export class Flipping {
  /** How it was done, in words; merged results must agree on it. */
  readonly settings: string;
  readonly samples: readonly FlippedSample[];

  constructor(settings: string, samples: readonly FlippedSample[]) {
    this.settings = settings;
    this.samples = byId("Flipping", samples);
  }

  /** Area under the score while the most relevant is hidden first (Petsiuk et al. 2018). */
  get deletion(): Scores {
    return this.#scores("deletion", "lower", deletionOf);
  }

  /** Area under the score while the most relevant is shown first: that of hiding the least relevant first. */
  get insertion(): Scores {
    return this.#scores("insertion", "higher", insertionOf);
  }

  /** Insertion less deletion, the symmetric relevance gain (Blücher et al. 2024); 0 is what random orders have. */
  get srg(): Scores {
    return this.#scores("srg", "higher", (sample) => insertionOf(sample) - deletionOf(sample));
  }

  /** `1/(L+1) Σ_{k=0..L} (f(x⁰) − f(xᵏ))`, most relevant first (Samek et al. 2017). */
  get aopc(): Scores {
    return this.#scores("aopc", "higher", ({ morf: { scores } }) =>
      scores.reduce((sum, score) => sum + scores[0]! - score, 0) / scores.length);
  }

  /** `1 − ∫ f(xᵏ)/f(x⁰)`, most relevant first (Rieger & Hansen 2020); not defined where `f(x⁰)` is 0 or below. */
  get irof(): Scores {
    return this.#scores("irof", "higher", ({ morf: { scores }, shares }) =>
      (scores[0]! > 0 ? 1 - area(scores.map((score) => score / scores[0]!), shares) : undefined));
  }

  /** Area under whether the class is still found, most relevant first (Rong et al. 2022, with the imputer `linear`). */
  get road(): Scores {
    return this.#scores("road", "lower", ({ morf, shares }) => area(morf.kept.map(Number), shares));
  }

  /** How often the score does not fall while units are shown in the order of growing relevance (Arya et al. 2019). */
  get monotonicity(): Scores {
    return this.#scores("monotonicity", "higher", ({ morf: { scores } }) =>
      scores.filter((score, k) => k > 0 && score <= scores[k - 1]!).length / (scores.length - 1));
  }

  /** Area under the score in random orders: how much of the class this way of hiding leaves (R-OMS). */
  get randomOrder(): Scores {
    return this.#scores("randomOrder", "neither", ({ random, shares }) => {
      if (random.length === 0) return undefined;
      return random.reduce((sum, { scores }) => sum + area(scores, shares), 0) / random.length;
    });
  }

  /** The mean score at `points` shares of hidden units from 0 to 1, straight between steps. */
  curve(order: FlippingOrder, points = 26): readonly number[] {
    const at = Array.from({ length: points }, (_, i) => i / Math.max(1, points - 1));
    const curves = this.samples.flatMap(({ shares, ...sample }) =>
      (order === "random" ? sample.random : [sample[order]]).map(({ scores }) => ({ shares, scores })));
    return at.map((share) => curves.reduce((sum, curve) => sum + between(curve, share), 0) / curves.length);
  }

  /** These and those of other samples; throws a `RangeError` where they differ in how they were made. */
  merge(other: Flipping): Flipping {
    checkSameSettings("Flipping", this.settings, other.settings);
    return new Flipping(this.settings, [...this.samples, ...other.samples]);
  }

  #scores(metric: string, better: Better, of: (sample: FlippedSample) => number | undefined): Scores {
    return new Scores(
      metric, better, this.settings, this.samples.map((sample) => ({ id: sample.id, score: of(sample) }))
    );
  }
}

function deletionOf({ morf, shares }: FlippedSample): number {
  return area(morf.scores, shares);
}

function insertionOf({ lerf, shares }: FlippedSample): number {
  return area(lerf.scores, shares);
}

function between({ shares, scores }: { shares: readonly number[]; scores: readonly number[] }, share: number): number {
  const after = Math.max(1, shares.findIndex((each) => each >= share));
  const [from, to] = [shares[after - 1]!, shares[after]!];
  const weight = (share - from) / (to - from);
  return (1 - weight) * scores[after - 1]! + weight * scores[after]!;
}
