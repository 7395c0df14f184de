/**
 * Algebra on quotients: which products a rule needs at a layer, given what is known of its input. All rewritings are
 * exact; none subtracts what it could have left out (`z⁻ = z − z⁺` loses the digits the β part lives on).
 */
import type { AffineLayer } from "@relprop/layers";
import type { BiasMode, Quotient, QuotientRule, Term } from "../../rules/rule.ts";
import { isConstant, negative, none, positive } from "../../rules/substitute.ts";

/**
 * Where the sum `W̃ ã + b̃` of a term comes from:
 * - `"forward"`: it is what the forward pass computed.
 * - `"constant"`: it depends on the input's shape alone, and is computed once per shape.
 * - `"product"`: it takes a product of its own.
 */
export type Source = "forward" | "constant" | "product";

/** A term that remains, and where its sum comes from. */
export interface PlannedTerm {
  readonly term: Term;
  readonly source: Source;
}

/** A quotient with the terms that remain. */
export interface PlannedQuotient {
  readonly terms: readonly PlannedTerm[];
  readonly scale: number;
  readonly where: Quotient["where"];
}

/** The quotients of a rule at a layer whose input is known to be >= 0, or not. */
export function rewrite(rule: QuotientRule, layer: AffineLayer, nonnegative: boolean): readonly PlannedQuotient[] {
  return rule.quotients.map(({ terms, scale = 1, where }) => ({
    scale,
    where,
    terms: terms
      .map((term) => (nonnegative ? onNonnegative(term) : term))
      .filter((term) => !contributesNothing(term, layer, rule.bias))
      .map((term) => ({ term, source: sourceOf(term, layer, rule.bias) })),
  }));
}

/** For inputs >= 0: `a⁺` is `a` itself, and `a⁻` is 0. */
function onNonnegative(term: Term): Term {
  if (term.input === positive) {
    const { input: _, ...rest } = term;
    return rest;
  }
  return term.input === negative ? { ...term, input: none } : term;
}

/** A term whose input is 0 throughout and whose bias is dropped. */
function contributesNothing({ input, bias }: Term, layer: AffineLayer, mode: BiasMode): boolean {
  return input === none && (bias === null || layer.bias === undefined || mode === "ignored");
}

function sourceOf({ input, weight, bias }: Term, layer: AffineLayer, mode: BiasMode): Source {
  if (isConstant(input)) return "constant";
  const keepsBias = layer.bias === undefined || (bias === undefined && mode !== "ignored");
  return input === undefined && weight === undefined && keepsBias ? "forward" : "product";
}
