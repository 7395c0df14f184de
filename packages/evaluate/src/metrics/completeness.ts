/** Does relevance add up to what it explains? */
import { sum } from "@relprop/tensor";
import type { Outcome } from "../run/outcome.ts";
import type { Metric } from "./metric.ts";

/**
 * `|ΣR − (f(x) − f(x₀))| / |f(x) − f(x₀)|`, where x₀ is the input with everything hidden and f the score that relevance
 * is made of (Sundararajan et al. 2017); not defined where that does not change.
 */
export function completeness(): Metric {
  return {
    scores: [{ name: "completeness", better: "lower" }],
    settings: "",
    of: ({ masked, relevance }) => {
      const [{ logit }] = masked.outcomes(1, () => new Uint8Array(masked.units.count).fill(1)) as [Outcome];
      const explained = masked.whole.logit - logit;
      return [explained === 0 ? undefined : Math.abs(sum(relevance) - explained) / Math.abs(explained)];
    },
  };
}
