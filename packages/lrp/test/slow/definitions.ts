/**
 * The rules of the literature, scalar by scalar: what each connection into one output counts for, and the bias.
 * Written from the published sums, not from the data form that the engine interprets.
 */

/** One fraction of a rule at one output: inputs get `factor · share_j / (Σ share + bias) · R`. */
export interface Fraction {
  readonly factor: number;
  /** One per connection into the output. */
  readonly shares: readonly number[];
  readonly bias: number;
  /** Whether this output takes part. */
  readonly active: boolean;
}

/** An output with its connections: inputs a, weights w, bias b, and `z = Σ w a + b`. */
export interface Output {
  readonly a: readonly number[];
  readonly w: readonly number[];
  /** The flat input index of each connection. */
  readonly from: readonly number[];
  readonly b: number;
  readonly z: number;
}

/** The fractions of a rule at an output. */
export type Definition = (output: Output) => readonly Fraction[];

const plus = (x: number): number => Math.max(x, 0);
const minus = (x: number): number => Math.min(x, 0);
const whole = (shares: readonly number[], bias: number): readonly Fraction[] => [
  { factor: 1, shares, bias, active: true },
];

/** `R_j = Σ_i a_j w_ij R_i / z_i`: LRP-0, and LRP-ε with another stabiliser (Bach et al. 2015, eqs. 56, 58). */
export const zero: Definition = ({ a, w, b }) => whole(w.map((weight, k) => weight * a[k]!), b);

/** `w + γ w⁺` for every weight and bias (Montavon et al. 2019, section 10.2.1). */
export function gamma(g: number): Definition {
  return ({ a, w, b }) => whole(w.map((weight, k) => (weight + g * plus(weight)) * a[k]!), b + g * plus(b));
}

/** Contributions of the sign of z count `1 + γ` fold (Andéol et al. 2021, eq. 9); `z = 0` takes no part. */
export function generalizedGamma(g: number): Definition {
  return ({ a, w, b, z }) => [
    { factor: 1, shares: w.map((v, k) => v * a[k]! + g * plus(v * a[k]!)), bias: b + g * plus(b), active: z > 0 },
    { factor: 1, shares: w.map((v, k) => v * a[k]! + g * minus(v * a[k]!)), bias: b + g * minus(b), active: z < 0 },
  ];
}

/** `α z_ij⁺ / z_i⁺ − β z_ij⁻ / z_i⁻`, each with the bias of its sign (Bach et al. 2015, eqs. 60 and 61). */
export function alphaBeta(alpha: number, beta: number): Definition {
  return ({ a, w, b }) => [
    { factor: alpha, shares: w.map((v, k) => plus(v * a[k]!)), bias: plus(b), active: true },
    { factor: -beta, shares: w.map((v, k) => minus(v * a[k]!)), bias: minus(b), active: beta !== 0 },
  ];
}

/** `w_ij² / Σ_l w_il²` (Montavon et al. 2017, eq. 11); `b²` in the denominator on request. */
export function wSquare(squaredBias = false): Definition {
  return ({ w, b }) => whole(w.map((v) => v * v), squaredBias ? b * b : 0);
}

/** `1 / n` for each of the n inputs an output reads. */
export const flat: Definition = ({ w }) => whole(w.map(() => 1), 0);

/** `a_j w_ij − l_j w_ij⁺ − h_j w_ij⁻` (Montavon et al. 2017, eq. 14); bounds by flat input index. */
export function zBox(low: (index: number) => number, high: (index: number) => number): Definition {
  return ({ a, w, from }) => whole(w.map((v, k) => v * a[k]! - plus(v) * low(from[k]!) - minus(v) * high(from[k]!)), 0);
}
