/** Zennit's rules and stabilisers, in its words. */
import {
  alphaBeta, betaSmooth, deconvolution, epsilon, flat, generalizedGamma, gradient, guided, norm, pass, wSquare, zBox,
  zPlus, type BiasMode, type BoxBound, type Rule, type RuleOptions, type StabilizerOption,
} from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { lookUp, NotUnderstood, Words } from "../words.ts";

/** Every rule by its name. Its γ is the generalised one, its w² squares the bias into the denominator. */
const rules: Readonly<Record<string, (words: Words) => Rule>> = {
  Epsilon: (words) => epsilon(stabilizerOf(words, "epsilon"), { bias: biasMode(words) }),
  ZPlus: (words) => zPlus(options(words)),
  AlphaBeta: (words) => alphaBeta(words.number("alpha", 2), words.number("beta", 1), options(words)),
  Gamma: (words) => generalizedGamma(words.number("gamma", 0.25), options(words)),
  ZBox: (words) => zBox(boundOf(words, "low"), boundOf(words, "high"), options(words)),
  WSquare: (words) => wSquare({ ...options(words), squaredBias: true }),
  Flat: (words) => flat({ stabilizer: stabilizerOf(words, "stabilizer") }),
  Norm: (words) => norm({ stabilizer: stabilizerOf(words, "stabilizer") }),
  Pass: () => pass(),
  Gradient: () => gradient(),
  ReLUDeconvNet: () => deconvolution(),
  ReLUGuidedBackprop: () => guided(),
  ReLUBetaSmooth: (words) => betaSmooth(words.number("beta_smooth", 10)),
};

/** The rule of this name with these parameters. */
export function zennitRule(name: string, parameters: Words): Rule {
  return lookUp(rules, name, "rule")(parameters);
}

/** The stabiliser under this key: a number, or one described in full; `1e-6` if absent. */
export function stabilizerOf(words: Words, key: string): StabilizerOption {
  if (!words.has(key) || typeof words.value(key) === "number") return words.number(key, 1e-6);
  const described = words.object(key).object("stabilizer");
  const axes = described.has("dim") ? described.numbersOf("dim") : "sample";
  return {
    epsilon: described.number("epsilon", 1e-6),
    clip: described.flag("clip", false),
    ...(described.flag("norm_scale", false) ? { relativeTo: axes } : {}),
  };
}

/** Whether biases are left out of denominators. */
export function biasMode(words: Words): BiasMode {
  const zeroed = [words.value("zero_params") ?? []].flat();
  if (zeroed.some((name) => name !== "bias")) {
    throw new NotUnderstood(`zero_params: takes bias, got ${JSON.stringify(zeroed)}`);
  }
  return zeroed.length > 0 ? "ignored" : "absorbed";
}

/** A bound of the box: a number, or a tensor that broadcasts to the input. */
export function boundOf(words: Words, key: string): BoxBound {
  if (typeof words.value(key) === "number") return words.number(key);
  const described = words.object(key);
  return new Tensor(described.numbers("shape"), Float32Array.from(described.numbers("tensor")));
}

function options(words: Words): RuleOptions {
  return { stabilizer: stabilizerOf(words, "stabilizer"), bias: biasMode(words) };
}
