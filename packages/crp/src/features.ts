/** Which channels of a node are analysed, chosen per sample from their relevance. */
import { oneOf, optionsOf, type Tensor } from "@relprop/tensor";
import { channelRelevance, type ChannelMeasure } from "./channel-relevance.ts";

/** Chooses channels: `ids[n][k]` is the k-th channel of sample n; every sample gets the same number. */
export interface FeatureSelector {
  /** What it is called in errors and reports. */
  readonly name: string;
  /** Chooses from the relevance `[N, C, …]` of a node's output. */
  select(relevance: Tensor): readonly (readonly number[])[];
}

/** What `topN` may be given. */
export interface TopNOptions {
  /** `"sum"` by default: the signed sum over positions. */
  readonly by?: ChannelMeasure;
}

/** The `count` channels with the most relevance, per sample, in descending order; the lower channel first on ties. */
export function topN(count: number, options: TopNOptions = {}): FeatureSelector {
  optionsOf("topN", options);
  const by = oneOf("topN", "by", options.by ?? "sum", ["sum", "absSum", "max"]);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`topN: takes a whole number >= 1, got ${count}`);
  return {
    name: `topN(${count})`,
    select: (relevance) => {
      const [batch = 0, channels = 0] = relevance.shape;
      if (count > channels) {
        throw new RangeError(`topN: takes at most the ${channels} channels of the node, got ${count}`);
      }
      const sums = channelRelevance(relevance, by).data;
      return Array.from({ length: batch }, (_, n) =>
        Array.from({ length: channels }, (_, c) => c)
          .sort((a, b) => sums[n * channels + b]! - sums[n * channels + a]! || a - b)
          .slice(0, count),
      );
    },
  };
}

/** These channels, in this order, for every sample. */
export function indexed(...ids: readonly number[]): FeatureSelector {
  if (ids.length === 0) throw new RangeError("indexed: takes at least one channel, got none");
  return {
    name: `indexed(${ids.join(", ")})`,
    select: (relevance) => Array.from({ length: relevance.shape[0] ?? 0 }, () => ids),
  };
}

/** Every channel of the node. */
export function allFeatures(): FeatureSelector {
  return {
    name: "allFeatures",
    select: (relevance) => {
      const ids = Array.from({ length: relevance.shape[1] ?? 0 }, (_, c) => c);
      return Array.from({ length: relevance.shape[0] ?? 0 }, () => ids);
    },
  };
}
