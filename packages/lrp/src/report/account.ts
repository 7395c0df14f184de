/** Where relevance went at one node. */

/** Relevance a rule did not pass on, per copy; rules add to it as they propagate. */
export interface Account {
  /** Absorbed by biases. */
  readonly bias: Float64Array;
  /** Absorbed (or, negative, created) by the stabiliser. */
  readonly stabilizer: Float64Array;
  /** Lost because a denominator was exactly 0, or because no quotient covers an output. */
  readonly dead: Float64Array;
}

/** An account of nothing, for `copies` copies. */
export function openAccount(copies: number): Account {
  return {
    bias: new Float64Array(copies),
    stabilizer: new Float64Array(copies),
    dead: new Float64Array(copies),
  };
}
