/** From assigned rules to propagations: the cheapest exact way through every node. */
import { isAffine, isOperator, type Layer, type Model, type Node } from "@relprop/layers";
import type { AssignedRule } from "../../compose/composite.ts";
import { applied, checkApplies, type Propagation, type QuotientRule, type Rule } from "../../rules/rule.ts";
import type { TapeStep } from "../tape.ts";
import { execute } from "./execute.ts";
import { nonnegativeNodes } from "./signs.ts";

/** How the assigned rules send relevance through the steps of a network. */
export class Propagations {
  readonly #nonnegative: ReadonlySet<string>;
  readonly #planned: boolean;
  readonly #rules: ReadonlyMap<string, Rule>;
  /** By node and layer: a layer may stand at several nodes, and a node may become other layers for other shapes. */
  readonly #ready: ReadonlyMap<string, WeakMap<Layer, Propagation>>;

  /** Throws a `RuleError` where a rule does not apply. Layers that shapes decide get theirs when they are met. */
  constructor(model: Model, assigned: readonly AssignedRule[], planned: boolean) {
    this.#nonnegative = nonnegativeNodes(model);
    this.#planned = planned;
    this.#rules = new Map(assigned.map(({ node, rule }) => [node.name, rule]));
    this.#ready = new Map(assigned.map(({ node }) => [node.name, new WeakMap<Layer, Propagation>()]));
    for (const { node, rule } of assigned) {
      if (isOperator(node.layer)) checkApplies(rule, node.layer);
      else this.#prepared(node, node.layer);
    }
  }

  /** How relevance passes a step. */
  of({ node, layer, isBound }: TapeStep): Propagation {
    return isBound ? this.#make(node, layer) : this.#prepared(node, layer);
  }

  #prepared(node: Node, layer: Layer): Propagation {
    const ready = this.#ready.get(node.name)!;
    const known = ready.get(layer);
    if (known !== undefined) return known;
    const made = this.#make(node, layer);
    ready.set(layer, made);
    return made;
  }

  #make(node: Node, layer: Layer): Propagation {
    const rule = this.#rules.get(node.name)!;
    if (!this.#planned || !isPlannable(rule) || !isAffine(layer)) return applied(rule, layer);
    checkApplies(rule, layer);
    return execute(rule, layer, this.#nonnegative.has(node.inputs[0]!));
  }
}

/**
 * Whether a rule can be rewritten: those made of quotients can, but what redistributes biases needs every term as it
 * is.
 */
export function isPlannable(rule: Rule): rule is QuotientRule {
  return "quotients" in rule && "bias" in rule && rule.bias !== "redistributed";
}
