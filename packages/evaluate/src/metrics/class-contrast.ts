/** Do explanations of different classes differ? */
import { optionsOf } from "@relprop/tensor";
import { spearman } from "../result/correlation.ts";
import { unitRelevance } from "../units/units.ts";
import { meanOf } from "../result/interval.ts";
import type { Metric } from "./metric.ts";

/**
 * The mean rank correlation of the relevance of the explained class with that of each of the other classes that score
 * highest (after Sixt et al. 2020, who draw one at random): near 1 an explanation shows the picture, not the decision.
 */
export function classContrast(options: { readonly classes?: number } = {}): Metric {
  const { classes = 10 } = optionsOf("classContrast", options);
  if (!Number.isInteger(classes) || classes < 2) {
    throw new RangeError(`classContrast: takes classes >= 2, got ${classes}`);
  }
  return {
    scores: [{ name: "classContrast", better: "lower" }],
    settings: `${classes} classes`,
    of: ({ masked, ofUnits, explain }) => {
      const { target, classScores: scores, firstInput } = masked;
      if (typeof target !== "number" || scores === undefined) return [undefined];
      const order = Array.from(scores.keys()).filter((each) => each !== target).sort((a, b) => scores[b]! - scores[a]!);
      const alike = order.slice(0, classes - 1).flatMap((other) =>
        spearman(ofUnits, unitRelevance(masked.units, explain(firstInput, other))) ?? []);
      return [alike.length === 0 ? undefined : meanOf(alike)];
    },
  };
}
