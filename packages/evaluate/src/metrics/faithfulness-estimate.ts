/** Does hiding a unit change the score by as much as its relevance says? */
import { pearson, spearman } from "../result/correlation.ts";
import type { Metric } from "./metric.ts";

/**
 * The correlation of `R_u` and `f(x) − f(x∖u)` over all units (Alvarez-Melis & Jaakkola 2018), and that of the ranks of
 * `|R_u|` and `(f(x) − f(x∖u))²` (Nguyen & Rodríguez Martínez 2020). One forward pass per unit.
 */
export function faithfulnessEstimate(): Metric {
  return {
    scores: [{ name: "faithfulnessEstimate", better: "higher" }, { name: "monotonicityCorrelation", better: "higher" }],
    settings: "",
    of: ({ masked, ofUnits }) => {
      const { units: { count }, whole } = masked;
      const outcomes = masked.outcomes(count, (unit) => {
        const mask = new Uint8Array(count);
        mask[unit] = 1;
        return mask;
      });
      const falls = outcomes.map(({ score }) => whole.score - score);
      return [pearson(ofUnits, falls), spearman(ofUnits.map(Math.abs), falls.map((fall) => fall ** 2))];
    },
  };
}
