/** Rules that a person gave to nodes by hand. */
import type { LayerKind } from "@relprop/layers";
import { composite, ruleFactories, where, type Composite, type Rule } from "@relprop/lrp";

/** A rule by its name, its options, and the nodes that get it. */
export interface RuleChange {
  readonly rule: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly nodes: readonly string[];
}

/** The composite with these changes; throws what the rule throws for options that it does not take. */
export function changedComposite(given: Composite, changes: readonly RuleChange[]): Composite {
  return composite(given, ...changes.map((change) => {
    const nodes = new Set(change.nodes);
    return where(({ name }) => nodes.has(name), ruleOf(change));
  }));
}

/** The rule of a change; throws a `RangeError` for a name that there is not. */
export function ruleOf({ rule, options }: RuleChange): Rule {
  if (!Object.hasOwn(ruleFactories, rule)) throw new RangeError(`studio: takes a rule by its name, got "${rule}"`);
  return ruleFactories[rule]!.make(options);
}

/** What rules are given until a person says otherwise. */
export const usualOptions: Readonly<Record<string, number>> = {
  epsilon: 1e-6, gamma: 0.25, alpha: 2, beta: 1, low: -1, high: 1,
};

/** The names of the rules that a layer can have. */
export function rulesFor(layer: LayerKind): readonly string[] {
  return Object.entries(ruleFactories).flatMap(([name, { takes }]) => {
    const options = Object.fromEntries(Object.entries(usualOptions).filter(([option]) => takes.includes(option)));
    const rule = ruleOf({ rule: name, options, nodes: [] });
    return rule.refusal(layer) === undefined ? [name] : [];
  });
}
