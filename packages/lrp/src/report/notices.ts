/** What an analysis should not pass over in silence though it computed what it was told to. */
import { isAffine } from "@relprop/layers";
import { sum, type Tensor } from "@relprop/tensor";
import type { AssignedRule } from "../compose/composite.ts";
import type { Tape } from "../run/tape.ts";

/** Less of the relevance than this on the input is worth a sentence. */
const LITTLE = 0.1;

/** Sentences about inputs that leave the box of a rule, and about rules that say nothing of a layer like this. */
export function seenNotices({ steps }: Tape, rules: readonly AssignedRule[]): readonly string[] {
  const ruleOf = new Map(rules.map(({ node, rule }) => [node, rule]));
  return steps.flatMap((step) => {
    const notice = ruleOf.get(step.node)?.notice?.(step.layer, step.seen);
    return notice === undefined ? [] : [`node "${step.node.name}": ${notice}`];
  });
}

/** A sentence about relevance that hardly reached the inputs, whose relevances are `arrived`. */
export function lostNotices(
  rules: readonly AssignedRule[], started: number, arrived: readonly Tensor[],
): readonly string[] {
  return propagates(rules) ? hardlyArrived(started, arrived, rules) : [];
}

/**
 * Sentences about inputs that leave the box of a rule, about rules that say nothing of a layer like this, and about
 * relevance that hardly reached the input. `arrived` are the relevances of all inputs.
 */
export function notices(
  tape: Tape, rules: readonly AssignedRule[], start: Tensor, arrived: readonly Tensor[],
): readonly string[] {
  return [...seenNotices(tape, rules), ...lostNotices(rules, sum(start), arrived)];
}

/** Whether the rules share relevance out, as gradient methods do not. */
function propagates(rules: readonly AssignedRule[]): boolean {
  const affine = rules.filter(({ node }) => isAffine(node.layer));
  return affine.length > 0 && affine.every(({ rule }) => "quotients" in rule || rule.name === "pass");
}

function hardlyArrived(
  started: number, arrived: readonly Tensor[], rules: readonly AssignedRule[],
): readonly string[] {
  const total = arrived.reduce((all, relevance) => all + sum(relevance), 0);
  const size = arrived.reduce((all, { data }) => all + magnitude(data), 0);
  // Relevance of both signs that cancels did arrive.
  if (!(size < LITTLE * Math.abs(started))) return [];
  const advice = rules.some(({ rule }) => rule.options["bias"]) ? "γ ends less" :
    'bias: "ignored" or "redistributed"';
  const share = ((100 * total) / started).toPrecision(2);
  return [`${share} % of the relevance arrived at the input: see conservation; ${advice}`];
}

/** `Σ |x|`, in a plain loop: calling a function for every element takes ten times as long and more. */
function magnitude(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]!);
  return total;
}
