/** Zennit's composites as ours: by kind of layer, the first layer by its name, and the plain gradient for the rest. */
import type { Model } from "@relprop/layers";
import {
  alphaBeta, byKind, composite, epsilon, flat, generalizedGamma, gradient, norm, pass, where, zBox, zPlus,
  type Assignment, type Composite, type Rule, type RuleOptions,
} from "@relprop/lrp";
import { lookUp, type Words } from "../words.ts";
import { biasMode, boundOf, stabilizerOf } from "./rules.ts";

/** What a composite needs to know of the network besides its own parameters. */
export interface Setting {
  readonly model: Model;
  /** Modules in the order they were registered. */
  readonly order: readonly string[];
  /** Whether sums are modules that rules apply to, as some canonizers make them. */
  readonly sums: boolean;
}

/** The kinds that zennit counts as averages. */
const AVERAGES = ["AvgPool", "AdaptiveAvgPool", "GlobalAvgPool"];
const CONVOLUTIONS = ["Conv", "ConvTranspose"];

const composites: Readonly<Record<string, (words: Words, setting: Setting) => Composite>> = {
  EpsilonPlus: (words, setting) => layered(zPlus(options(words)), words, setting),
  EpsilonPlusFlat: (words, setting) => withFlat(layered(zPlus(options(words)), words, setting), words, setting),
  EpsilonAlpha2Beta1: (words, setting) => layered(alphaBeta(2, 1, options(words)), words, setting),
  EpsilonAlpha2Beta1Flat: (words, setting) =>
    withFlat(layered(alphaBeta(2, 1, options(words)), words, setting), words, setting),
  EpsilonGammaBox: (words, setting) => {
    const gamma = generalizedGamma(words.number("gamma", 0.25), options(words));
    const box = zBox(boundOf(words, "low"), boundOf(words, "high"), options(words));
    return composite(layered(gamma, words, setting), first(CONVOLUTIONS, box, setting));
  },
  ExcitationBackprop: (words, setting) =>
    kinds({ ...rulesOf(["Dense", ...CONVOLUTIONS], zPlus(options(words))), ...averaging(words, setting) }),
};

/** The composite of this name with these parameters. */
export function zennitComposite(name: string, parameters: Words, setting: Setting): Composite {
  return lookUp(composites, name, "composite")(parameters, setting);
}

/** Where no rule applies, PyTorch's gradient: maxima, reshapes, functions. */
const ELSEWHERE: Assignment = where(() => true, gradient());

function kinds(rules: Readonly<Record<string, Rule>>): Composite {
  return [ELSEWHERE, { ...byKind(rules), optional: true }];
}

/** What the ε-composites share: activations and batch normalisations pass, dense layers have ε. */
function layered(convolution: Rule, words: Words, setting: Setting): Composite {
  return kinds({
    activation: pass(),
    BatchNorm: pass(),
    ...averaging(words, setting),
    ...rulesOf(CONVOLUTIONS, convolution),
    Dense: epsilon(stabilizerOf(words, "epsilon"), { bias: biasMode(words) }),
  });
}

function averaging(words: Words, { sums }: Setting): Readonly<Record<string, Rule>> {
  const rule = norm({ stabilizer: stabilizerOf(words, "stabilizer") });
  return rulesOf([...AVERAGES, ...(sums ? ["Add", "ReduceSum"] : [])], rule);
}

function withFlat(base: Composite, words: Words, setting: Setting): Composite {
  const rule = flat({ stabilizer: stabilizerOf(words, "stabilizer") });
  return composite(base, first(["Dense", ...CONVOLUTIONS], rule, setting));
}

/** The first module of these kinds in the order of registration, which need not be the first to run. */
function first(wanted: readonly string[], rule: Rule, { model, order }: Setting): Composite {
  const candidates = new Set(model.nodes.filter(({ layer }) => wanted.includes(layer.kind)).map(({ name }) => name));
  const name = order.find((module) => candidates.has(module)) ?? [...candidates][0];
  return name === undefined ? [] : [where((node) => node.name === name, rule)];
}

function rulesOf(names: readonly string[], rule: Rule): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

function options(words: Words): RuleOptions {
  return { stabilizer: stabilizerOf(words, "stabilizer"), bias: biasMode(words) };
}
