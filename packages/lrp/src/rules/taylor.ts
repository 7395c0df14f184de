/** The rule for softmax. */
import { taylorRule } from "@relprop/layers";
import type { Rule } from "./rule.ts";

/**
 * The Taylor expansion of exponentials, softmax above all: `R_j = a_j Σ_i (∂ log y_i / ∂a_j) R_i`, for a softmax
 * `a ⊙ (R − y Σ R)`; 0 where `y` is 0, whatever masked it (Achtibat et al. 2024). The rest, which
 * belongs to the point of the expansion, is found in the column `other` of the conservation report. In a row that
 * a finite mask covers throughout, `a` is how far a score is below the highest one.
 */
export function taylor(): Rule {
  return taylorRule();
}
