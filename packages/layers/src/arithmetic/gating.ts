/** Products in which one factor says how much of another is taken. */

/**
 * What a factor of a product is to the other one:
 *
 * - `"deviation"`: what a normalisation divides by, or one over it;
 * - `"self"`: a function of the other factor alone, as in `x Φ(x)`;
 * - `"gate"`: an activation of something else, as in `x ⊙ σ(z)`;
 * - `"rows"`: rows of a table that turn or scale it, as positions do;
 * - `"step"`, `"transition"`, `"readout"`: Δ, Ā and B̄, C of a selective state space;
 * - `"attention"`: probabilities that weigh values.
 */
export type GateKind =
  | "deviation" | "self" | "gate" | "rows" | "step" | "transition" | "readout" | "attention";

/** Which factor weighs the other, and what it is. */
export interface Gating {
  /** The position of the factor that weighs. */
  readonly factor: number;
  readonly as: GateKind;
}

/** What products of two may be given. */
export interface ProductLayerOptions {
  /** Absent where both are factors of equal standing. */
  readonly gating?: Gating | undefined;
}
