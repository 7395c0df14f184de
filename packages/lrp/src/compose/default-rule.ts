/** The rule of a node that no assignment names. */
import type { LayerKind, Role } from "@relprop/layers";
import { isSharing, isNormalization } from "@relprop/layers";
import { norm, zero } from "../rules/rules.ts";
import type { Rule } from "../rules/rule.ts";
import { gradient, layerNorm, pass, product } from "../rules/structural-rules.ts";

const byRole: Readonly<Record<Role, () => Rule>> = {
  linear: zero,
  normalization: zero,
  activation: pass,
  average: zero,
  route: gradient,
  sum: zero,
  product,
  recurrent: norm,
  other: norm,
};

/**
 * LRP-0 where inputs mix (Julia's ZeroRule); activations pass, winners and reshapes route, products share equally,
 * normalisation gets a rule of its own; softmax, recurrent layers and trees bring theirs. So a model without a
 * composite conserves what its biases do not absorb.
 */
export function defaultRule(layer: LayerKind): Rule {
  if (isSharing(layer)) return layer.rule;
  // A norm that everything is divided by is a constant.
  if (layer.kind === "LpNormalization") return pass();
  return isNormalization(layer) ? layerNorm() : byRole[layer.role]();
}
