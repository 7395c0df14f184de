/** From assigned rules to propagations: the cheapest exact way through every node. */
import { isAffine, type Model } from "@relprop/layers";
import type { AssignedRule } from "../../compose/composite.ts";
import { applied, checkApplies, type Propagation, type QuotientRule, type Rule } from "../../rules/rule.ts";
import { execute } from "./execute.ts";
import { nonnegativeNodes } from "./signs.ts";

/** One propagation per node; throws a `RuleError` where a rule does not apply. */
export function plan(model: Model, assigned: readonly AssignedRule[]): readonly Propagation[] {
  const nonnegative = nonnegativeNodes(model);
  return assigned.map(({ node, rule }) => {
    if (!isPlannable(rule) || !isAffine(node.layer)) return applied(rule, node.layer);
    checkApplies(rule, node.layer);
    return execute(rule, node.layer, nonnegative.has(node.inputs[0]!));
  });
}

/**
 * Whether a rule can be rewritten: those made of quotients can, but what redistributes biases needs every term as it
 * is.
 */
export function isPlannable(rule: Rule): rule is QuotientRule {
  return "quotients" in rule && "bias" in rule && rule.bias !== "redistributed";
}
