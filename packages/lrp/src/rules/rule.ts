/** What a rule is: a name, what it was given, and how it sends relevance through a layer. */
import type { Layer, LayerKind, Linearization } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import type { Account } from "../report/account.ts";
import type { Stabilizer } from "./stabilizer.ts";
import type { Substitute } from "./substitute.ts";
import type { Where } from "./where.ts";

/** How relevance is redistributed at a layer. Rules are values; a user's own is any object of this form. */
export interface Rule {
  /** Its name in composites and reports: `"epsilon"`. */
  readonly name: string;
  /** What the factory was given, so that a composite can be written down. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Why the rule does not apply to a layer: `"has no weight to substitute"`; `undefined` if it does. */
  refusal(layer: LayerKind): string | undefined;
  /** How relevance passes this layer; parameters are prepared here, once. */
  propagation(layer: Layer): Propagation;
  /** Whether it is made for layers with weights: `everywhere` gives it to no others, though sums can take it. */
  readonly replacesWeights?: boolean;
  /** Half a sentence where what a layer saw does not suit the rule; it becomes a warning of the explanation. */
  notice?(layer: Layer, seen: Seen): string | undefined;
}

/** What one node saw in the forward pass. */
export interface Seen extends Linearization {
  readonly inputs: readonly Tensor[];
  /** Per input: whether relevance goes on there; what a rule sends elsewhere ends. */
  readonly carries: readonly boolean[];
  /** `W a + b` where an activation fused into the layer hides it; the output itself where it is absent. */
  readonly preactivation?: Tensor | undefined;
}

/**
 * From the relevance of a layer's output to that of its inputs. Relevance is a stack `[K, …output]` of one or more
 * copies (one per target or concept), which share what the layer saw; so are the results, `[K, …input]`.
 */
export type Propagation = (seen: Seen, relevance: Tensor, account?: Account) => readonly Tensor[];

/**
 * One fraction of a rule: `scale · Σ_t ± ã_t ⊙ W̃_tᵀ (R ⊘ stabilise(Σ_t ± (W̃_t ã_t + b̃_t)))`, restricted to the
 * outputs where the sum `W a + b` of the layer as it is has the sign `where`.
 */
export interface Quotient {
  readonly terms: readonly Term[];
  readonly scale?: number;
  readonly where?: Where;
}

/** One summand of a denominator. What is absent stands as it is. */
export interface Term {
  readonly input?: Substitute;
  readonly weight?: Substitute;
  /** `null` drops the bias. */
  readonly bias?: Substitute | null;
  readonly sign?: 1 | -1;
}

/**
 * What happens to the share of the bias: it stays in the denominator and its relevance is `"absorbed"`, it is
 * `"ignored"` in the denominators, or its relevance is `"redistributed"` evenly over the inputs an output reads.
 */
export type BiasMode = "absorbed" | "ignored" | "redistributed";

/** A rule that is a sum of quotients: the data, and what the interpreter makes of it. */
export interface QuotientRule extends Rule {
  readonly quotients: readonly Quotient[];
  readonly stabilizer: Stabilizer;
  readonly bias: BiasMode;
}

/** Thrown when a rule is assigned to a layer it does not apply to. */
export class RuleError extends TypeError {
  override readonly name = "RuleError";
}

/** Throws a `RuleError` that says why, where a rule does not apply to a layer. */
export function checkApplies(rule: Rule, layer: LayerKind): void {
  const refusal = rule.refusal(layer);
  if (refusal !== undefined) throw new RuleError(`${rule.name}: does not apply to ${layer.kind}, which ${refusal}`);
}

/** The propagation of a rule at a layer, or a `RuleError` saying why not. */
export function applied(rule: Rule, layer: Layer): Propagation {
  checkApplies(rule, layer);
  return rule.propagation(layer);
}
