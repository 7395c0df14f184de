/** The rules of the literature, each as the data of one formula. */
import { isAffine, isNormalization, type LayerKind } from "@relprop/layers";
import { checkKind, oneOf, optionsOf, type Tensor } from "@relprop/tensor";
import { interpret } from "../run/interpret.ts";
import type { BiasMode, Quotient, QuotientRule, Term } from "./rule.ts";
import { stabilizer, type StabilizerOption } from "./stabilizer.ts";
import {
  bound, isConstant, keepsProportions, negative, one, positive, square, type Substitute,
} from "./substitute.ts";
import { Recent } from "../run/recent.ts";

/** What every quotient rule may be given. */
export interface RuleOptions {
  /** Keeps denominators away from zero; `1e-9` by default, which only matters where one is 0. */
  readonly stabilizer?: StabilizerOption;
  /** What happens to the share of the bias; `"absorbed"` by default. */
  readonly bias?: BiasMode;
}

/** What a quotient rule is made of, besides its name. */
export interface QuotientRuleOptions extends RuleOptions {
  /** What the factory was given, to write the rule down; the rule's own options by default. */
  readonly options?: object;
  /** Whether the rule also applies to layers without a weight, although it replaces weights. */
  readonly weightless?: boolean;
}

/** A rule of one's own: `R ← Σ_q c_q Σ_t ± ã_t ⊙ W̃_tᵀ (R ⊘ stabilise(Σ_t ± (W̃_t ã_t + b̃_t)))`. */
export function quotientRule(
  name: string, quotients: readonly Quotient[], settings: QuotientRuleOptions = {},
): QuotientRule {
  optionsOf(name, settings);
  const { stabilizer: option = 1e-9, bias = "absorbed", weightless = false, options = settings } = settings;
  const isTerms = (each: Quotient): boolean => typeof Object(each).terms?.every === "function";
  checkKind("quotientRule", "quotients as a list", quotients, quotients?.every?.(isTerms));
  const replacesWeight = quotients.some(
    ({ terms, where }) => terms.length > 1 || where !== undefined || terms.some((t) => t.weight),
  );
  const proportional = quotients.every(({ terms }) => terms.every(({ weight }) => keepsProportions(weight)));
  const ignoresInput = quotients.some(({ terms }) => terms.some(({ input }) => isConstant(input)));
  const rule: QuotientRule = {
    name,
    options: { ...options },
    quotients,
    stabilizer: stabilizer(name, option),
    bias: oneOf(name, "bias", bias, ["absorbed", "ignored", "redistributed"]),
    replacesWeights: replacesWeight && !weightless,
    refusal: (layer) => {
      const applies = isAffine(layer) || !replacesWeight || weightless || (proportional && addsUp(layer));
      if (!applies) return "has no weight to substitute";
      return isNormalization(layer) && ignoresInput ? normalizesOnes : undefined;
    },
    propagation: (layer) => interpret(rule, layer),
  };
  return rule;
}

/** Whether a layer without parameters only adds up, with weights above 0. */
function addsUp({ role, keepsSign }: LayerKind): boolean {
  return (role === "sum" || role === "average") && keepsSign === true;
}

const normalizesOnes =
  "normalises over a group: equal inputs make 0 there, of which there are no shares; take layerNorm or pass";

/** LRP-0: `R_j = a_j Σ_i W_ij R_i / z_i` (Bach et al. 2015). */
export function zero(options: RuleOptions = {}): QuotientRule {
  return quotientRule("zero", [{ terms: [{}] }], options);
}

/** LRP-ε: `R_j = a_j Σ_i W_ij R_i / (z_i + ε sign z_i)` (Bach et al. 2015). `epsilon` may be a whole stabiliser. */
export function epsilon(epsilon: StabilizerOption = 1e-6, options: Omit<RuleOptions, "stabilizer"> = {}): QuotientRule {
  return quotientRule(
    "epsilon", [{ terms: [{}] }], { ...options, stabilizer: epsilon, options: { epsilon, ...options } },
  );
}

/** The ε-rule for layers without parameters (pooling, sums): `R_j = a_j ∂y/∂a_jᵀ (R / y)`. */
export function norm(options: RuleOptions = {}): QuotientRule {
  return quotientRule("norm", [{ terms: [{}] }], { stabilizer: 1e-6, ...options, options });
}

/**
 * LRP-γ: weights and biases `W + γ W⁺` (Montavon et al. 2019). Meant for inputs >= 0; with inputs of both signs its
 * denominators have poles, and `generalizedGamma` is the rule to take.
 */
export function gamma(gamma = 0.25, options: RuleOptions = {}): QuotientRule {
  const favour = favouring("gamma", gamma, 1);
  return quotientRule(
    "gamma", [{ terms: [{ weight: favour, bias: favour }] }], { ...options, options: { gamma, ...options } },
  );
}

/**
 * Generalised γ (Andéol et al. 2021): where `z > 0` contributions of positive sign are favoured, where `z < 0` those of
 * negative sign, for inputs of any sign; outputs with `z = 0` pass nothing on.
 */
export function generalizedGamma(gamma = 0.25, options: RuleOptions = {}): QuotientRule {
  const up = favouring("generalizedGamma", gamma, 1);
  const down = favouring("generalizedGamma", gamma, -1);
  return quotientRule(
    "generalizedGamma",
    [
      { terms: contributions(up, down), where: "positive" },
      { terms: contributions(down, up), where: "negative" },
    ],
    { ...options, options: { gamma, ...options } },
  );
}

/**
 * LRP-αβ: `R_j = Σ_i (α (w_ij a_j)⁺ / z_i⁺ − β (w_ij a_j)⁻ / z_i⁻) R_i` with `α − β = 1` (Bach et al. 2015); a bias
 * counts in the denominator of its own sign.
 */
export function alphaBeta(alpha = 2, beta = 1, options: RuleOptions = {}): QuotientRule {
  if (!(alpha >= 0 && beta >= 0 && Math.abs(alpha - beta - 1) < 1e-9)) {
    throw new RangeError(`alphaBeta: takes α, β >= 0 with α − β = 1, got α = ${alpha}, β = ${beta}`);
  }
  return quotientRule(
    "alphaBeta",
    [
      { terms: contributions(positive, negative), scale: alpha },
      ...(beta === 0 ? [] : [{ terms: contributions(negative, positive), scale: -beta }]),
    ],
    { ...options, options: { alpha, beta, ...options } },
  );
}

/** z⁺: only contributions of positive sign, `αβ` with `α = 1`, `β = 0` (Montavon et al. 2017). */
export function zPlus(options: RuleOptions = {}): QuotientRule {
  return quotientRule("zPlus", [{ terms: contributions(positive, negative) }], options);
}

/** What `wSquare` may be given besides what every rule takes. */
export interface WSquareOptions extends RuleOptions {
  /** Whether `b²` counts in the denominator; `false` by default, as in the paper. */
  readonly squaredBias?: boolean;
}

/** w²: `R_j = Σ_i w_ij² R_i / Σ_l w_il²`, whatever the input (Montavon et al. 2017). */
export function wSquare(options: WSquareOptions = {}): QuotientRule {
  optionsOf("wSquare", options);
  const bias = options.squaredBias === true ? square : null;
  return quotientRule("wSquare", [{ terms: [{ input: one, weight: square, bias }] }], options);
}

/** Flat: every input an output reads gets the same share, whatever weight and input (Lapuschkin et al. 2019). */
export function flat(options: RuleOptions = {}): QuotientRule {
  const terms = [{ input: one, weight: one, bias: null }];
  return {
    ...quotientRule("flat", [{ terms }], { ...options, weightless: true, options }),
    notice: ({ kind }, { inputs: [x] }) => (kind === "Dense" && x!.shape.length === 2
      ? "flat gives every feature of a dense layer the same share: choose another rule"
      : undefined),
  };
}

/** A bound of a box: a number, one per channel, or a tensor that broadcasts to the input. */
export type BoxBound = number | readonly number[] | Tensor;

/**
 * z^B for inputs within `[low, high]`: `R_j = Σ_i (a_j w_ij − l_j w_ij⁺ − h_j w_ij⁻) R_i / (the same, summed over j)`
 * (Montavon et al. 2017). The bias cancels; padding is not part of the box.
 */
export function zBox(low: BoxBound, high: BoxBound, options: RuleOptions = {}): QuotientRule {
  checkBox(low, high);
  const terms: readonly Term[] = [
    { bias: null },
    { input: bound(low), weight: positive, bias: null, sign: -1 },
    { input: bound(high), weight: negative, bias: null, sign: -1 },
  ];
  return {
    ...quotientRule("zBox", [{ terms }], { ...options, options: { low, high, ...options } }),
    notice: (_, { inputs: [x] }) => outsideBox(x!, low, high),
  };
}

/** Says by how much an input leaves a box of two numbers. */
function outsideBox(x: Tensor, low: BoxBound, high: BoxBound): string | undefined {
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  const slack = 1e-3 * (high - low);
  let [least, most] = [low, high];
  for (let i = 0; i < x.size; i++) {
    least = Math.min(least, x.data[i]!);
    most = Math.max(most, x.data[i]!);
  }
  if (least >= low - slack && most <= high + slack) return undefined;
  return `zBox takes inputs from ${low} to ${high}, got ${least.toPrecision(4)} to ${most.toPrecision(4)}`;
}

/** Throws a `RangeError` where a lower bound is above the upper one, as far as both are known before the input is. */
function checkBox(low: BoxBound, high: BoxBound): void {
  for (const given of [low, high]) {
    if (typeof given === "number" || (typeof given === "object" && given !== null)) continue;
    throw new RangeError("zBox: takes the bounds of inputs, low and high");
  }
  const known = (value: BoxBound, c: number): number | undefined =>
    typeof value === "number" ? value : "data" in value ? undefined : value[c];
  const length = (value: BoxBound): number => (typeof value === "object" && "length" in value ? value.length : 1);
  for (let c = 0; c < Math.max(length(low), length(high)); c++) {
    const [l, h] = [known(low, c), known(high, c)];
    if (l === undefined || h === undefined || l <= h) continue;
    throw new RangeError(`zBox: takes low <= high, got ${l} and ${h}`);
  }
}

/** `ρ(W) a⁺ + ρ′(W) a⁻`, with the bias counted once. */
function contributions(onPositive: Substitute, onNegative: Substitute): readonly Term[] {
  return [
    { input: positive, weight: onPositive, bias: onPositive },
    { input: negative, weight: onNegative, bias: null },
  ];
}

/** By γ and sign: rules made anew with the same γ share what is prepared of weights. */
const favours = new Recent<string, Substitute>(64);

/** `x + γ x⁺`, or `x + γ x⁻` for the sign −1. */
function favouring(who: string, gamma: number, sign: 1 | -1): Substitute {
  if (!(Number.isFinite(gamma) && gamma >= 0)) throw new RangeError(`${who}: takes γ >= 0, got ${gamma}`);
  return favours.get(`${sign} ${gamma}`, () => (value) => (value * sign > 0 ? value + gamma * value : value));
}
