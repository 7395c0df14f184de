/** Rules by name, made from the options they were written down with. */
import { checkKind, Tensor } from "@relprop/tensor";
import type { Rule } from "./rule.ts";
import { recurrent } from "./recurrent.ts";
import { alphaBeta, epsilon, flat, gamma, generalizedGamma, norm, wSquare, zBox, zero, zPlus } from "./rules.ts";
import { betaSmooth, deconvolution, gradient, guided, layerNorm, pass, product } from "./structural-rules.ts";
import { taylor } from "./taylor.ts";

/** How a rule is made from its options. */
export interface RuleFactory {
  /** The options it takes. */
  readonly takes: readonly string[];
  /** The rule; throws for options of the wrong kind. */
  make(options: Readonly<Record<string, unknown>>): Rule;
}

type Options = Readonly<Record<string, never>>;

const COMMON = ["stabilizer", "bias"];

/** A factory whose leading options are positional parameters. */
function factory(takes: readonly string[], make: (options: Options) => Rule): RuleFactory {
  return { takes, make: (options) => make(checked(options) as Options) };
}

/** Every rule of this package. */
export const ruleFactories: Readonly<Record<string, RuleFactory>> = {
  zero: factory(COMMON, (options) => zero(options)),
  epsilon: factory(["epsilon", "bias"], ({ epsilon: value, ...options }) => epsilon(value, options)),
  gamma: factory(["gamma", ...COMMON], ({ gamma: value, ...options }) => gamma(value, options)),
  generalizedGamma: factory(["gamma", ...COMMON], ({ gamma: value, ...options }) => generalizedGamma(value, options)),
  alphaBeta: factory(["alpha", "beta", ...COMMON], ({ alpha, beta, ...options }) => alphaBeta(alpha, beta, options)),
  zPlus: factory(COMMON, (options) => zPlus(options)),
  wSquare: factory(["squaredBias", ...COMMON], (options) => wSquare(options)),
  flat: factory(COMMON, (options) => flat(options)),
  zBox: factory(["low", "high", ...COMMON], ({ low, high, ...options }) => zBox(low!, high!, options)),
  norm: factory(COMMON, (options) => norm(options)),
  layerNorm: factory(COMMON, (options) => layerNorm(options)),
  pass: factory([], () => pass()),
  gradient: factory([], () => gradient()),
  recurrent: factory(["gates", "epsilon", "stabilizer"], (options) => recurrent(options)),
  product: factory(["share", "attention", "gates", "stabilizer"], (options) => product(options)),
  taylor: factory([], () => taylor()),
  guided: factory([], () => guided()),
  deconvolution: factory([], () => deconvolution()),
  betaSmooth: factory(["beta"], ({ beta }) => betaSmooth(beta)),
};

const BIAS_MODES: readonly unknown[] = ["absorbed", "ignored", "redistributed"];

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  bias: (value) => BIAS_MODES.includes(value),
  gates: (value) => value === "signal" || value === "half",
  squaredBias: isBoolean,
  share: (value) => value === "equal" || Number.isInteger(value),
  attention: (value) => value === "half" || value === "value",
  low: isBound,
  high: isBound,
  stabilizer: isStabilizer,
  epsilon: isStabilizer,
};

/** The options, if each is of the kind its name asks for: a number unless said. */
function checked(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(options)) {
    const fits = (Object.hasOwn(KINDS, name) ? KINDS[name]! : isNumber)(value);
    const got = typeof value === "string" ? JSON.stringify(value) : value;
    checkKind("rule", `another kind of value for ${name}`, got, fits);
  }
  return options;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every(isNumber);
}

function isBound(value: unknown): boolean {
  return isNumber(value) || isNumbers(value) || value instanceof Tensor;
}

function isStabilizer(value: unknown): boolean {
  if (isNumber(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const { epsilon, clip = false, relativeTo = "sample", ...others } = value as Readonly<Record<string, unknown>>;
  const fits = isNumber(epsilon) && isBoolean(clip) && (relativeTo === "sample" || isNumbers(relativeTo));
  return fits && Object.keys(others).length === 0;
}
