/** Does relevance add up to what it explains, and where did the rest go? */
import { sum } from "@relprop/tensor";
import type { Outcome } from "../run/outcome.ts";
import type { Metric } from "./metric.ts";

const CAUSES = ["bias", "stabilizer", "dead", "ended", "other"] as const;

/**
 * `|ΣR − (f(x) − f(x₀))| / |f(x) − f(x₀)|`, where x₀ is the input with everything hidden and f the score that relevance
 * is made of (Sundararajan et al. 2017); not defined where that does not change. Then which shares of the relevance
 * biases, stabilisers and the rest took (`biasShare`, …), where a method keeps books; see `ConservationReport`.
 */
export function completeness(): Metric {
  return {
    scores: [
      { name: "completeness", better: "lower" },
      ...CAUSES.map((cause) => ({ name: `${cause}Share`, better: "neither" as const })),
    ],
    settings: "",
    of: ({ masked, relevance, scale, conservation }) => {
      const [{ logit }] = masked.outcomes(1, () => new Uint8Array(masked.units.count).fill(1)) as [Outcome];
      const explained = masked.whole.logit - logit;
      const { started = 0, totals } = conservation() ?? {};
      return [
        explained === 0 ? undefined : Math.abs(scale * sum(relevance) - explained) / Math.abs(explained),
        ...CAUSES.map((cause) => (totals === undefined || started === 0 ? undefined : totals[cause] / started)),
      ];
    },
  };
}
