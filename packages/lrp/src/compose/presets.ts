/** The composites of the literature. Defaults: ε = 1e-6, γ = 1/4, α = 2, β = 1. */
import { checkKind, optionsOf } from "@relprop/tensor";
import { attnLRP, attnLRPVision, cpLRP, mambaLRP } from "./attention-presets.ts";
import { byKind, composite, first, type Assignment, type Composite } from "./composite.ts";
import { recurrent, type RecurrentRuleOptions } from "../rules/recurrent.ts";
import type { BiasMode, Rule } from "../rules/rule.ts";
import {
  alphaBeta, epsilon, flat, gamma as gammaRule, generalizedGamma, zBox, zPlus, type BoxBound, type RuleOptions,
} from "../rules/rules.ts";
import type { StabilizerOption } from "../rules/stabilizer.ts";
import { layerNorm, pass } from "../rules/structural-rules.ts";

/** What every preset may be given. */
export interface PresetOptions {
  /** The ε of dense layers; `1e-6` by default. */
  readonly epsilon?: StabilizerOption;
  /** What happens to the share of biases; `"absorbed"` by default, which in mobile networks is nearly everything. */
  readonly bias?: BiasMode;
  /** Whether sums and means (residual branches, pools) get the rule of convolutions instead of LRP-0. */
  readonly sums?: boolean;
}

/** What presets with a rule of their own for the first layer may be given. */
export interface FirstLayerOptions {
  /** The kinds of first layer that get it; every kind of linear layer for flat, convolutions for z^B. */
  readonly firstLayer?: readonly string[];
}

/** Dense layers and elementwise scales by ε, convolutions by the given rule, activations passed. */
function layered(convolution: (options: RuleOptions) => Rule, options: PresetOptions): Composite {
  const bias: RuleOptions = options.bias === undefined ? {} : { bias: options.bias };
  const dense = epsilon(options.epsilon ?? 1e-6, bias);
  const rules = {
    Dense: dense,
    Scale: dense,
    Conv: convolution(bias),
    ConvTranspose: convolution(bias),
    LayerNorm: layerNorm(bias),
    activation: pass(),
    ...(options.sums === true ? { sum: convolution({}), average: convolution({}) } : {}),
  };
  return [{ ...byKind(rules), optional: true }];
}

/** The first layer's rule, if the first layer is one of these kinds. */
function firstIf(kinds: readonly string[], rule: Rule): Assignment {
  checkKind("firstLayer", "kinds of layers as a list", kinds, Array.isArray(kinds));
  return { ...first(Object.fromEntries(kinds.map((kind) => [kind, rule]))), optional: true };
}

const LINEAR = ["Conv", "ConvTranspose", "Dense"];
const CONVOLUTIONS = ["Conv", "ConvTranspose"];

/** ε for dense layers, z⁺ for convolutions. */
export function epsilonPlus(options: PresetOptions = {}): Composite {
  optionsOf("epsilonPlus", options);
  return layered(zPlus, options);
}

/** `epsilonPlus`, and the flat rule at the first layer. */
export function epsilonPlusFlat(options: PresetOptions & FirstLayerOptions = {}): Composite {
  return composite(epsilonPlus(options), firstIf(options.firstLayer ?? LINEAR, flat()));
}

/** What presets with αβ may be given. */
export interface AlphaBetaPresetOptions extends PresetOptions {
  readonly alpha?: number;
  readonly beta?: number;
}

/** ε for dense layers, αβ (2, 1) for convolutions. */
export function epsilonAlpha2Beta1(options: AlphaBetaPresetOptions = {}): Composite {
  optionsOf("epsilonAlpha2Beta1", options);
  return layered((rule) => alphaBeta(options.alpha ?? 2, options.beta ?? 1, rule), options);
}

/** `epsilonAlpha2Beta1`, and the flat rule at the first layer. */
export function epsilonAlpha2Beta1Flat(options: AlphaBetaPresetOptions & FirstLayerOptions = {}): Composite {
  return composite(epsilonAlpha2Beta1(options), firstIf(options.firstLayer ?? LINEAR, flat()));
}

/** What `epsilonGammaBox` may be given. */
export interface GammaBoxOptions extends PresetOptions, FirstLayerOptions {
  /** `1/4` by default. */
  readonly gamma?: number;
  /** The smallest input value there can be, per channel if they differ; `-3` by default. */
  readonly low?: BoxBound;
  /** The largest input value there can be; `3` by default. */
  readonly high?: BoxBound;
  /** Take `gamma` as published for inputs >= 0 instead of its generalisation to any sign. */
  readonly positiveInputs?: boolean;
}

/** ε for dense layers, γ for convolutions, and z^B at the first layer if it is a convolution. */
export function epsilonGammaBox(options: GammaBoxOptions = {}): Composite {
  const { gamma = 0.25, low = -3, high = 3, positiveInputs = false } = optionsOf("epsilonGammaBox", options);
  const convolution = (rule: RuleOptions): Rule =>
    positiveInputs ? gammaRule(gamma, rule) : generalizedGamma(gamma, rule);
  const firstRule = firstIf(options.firstLayer ?? CONVOLUTIONS, zBox(low, high));
  return composite(layered(convolution, options), firstRule);
}

/** What `recurrentLRP` may be given. */
export interface RecurrentPresetOptions extends Pick<RecurrentRuleOptions, "gates"> {
  /** The ε of linear layers, those within recurrent cells included; `1e-3` by default. */
  readonly epsilon?: number;
}

/** ε for linear layers and within LSTM, GRU and RNN, whose gates are no signal (Arras et al. 2017, 2019). */
export function recurrentLRP(options: RecurrentPresetOptions = {}): Composite {
  const { epsilon: value = 1e-3, gates = "signal" } = optionsOf("recurrentLRP", options);
  const linear = epsilon(value);
  const cells = recurrent({ epsilon: value, gates });
  const rules = { linear, recurrent: cells, LayerNorm: layerNorm(), activation: pass() };
  return [{ ...byKind(rules), optional: true }];
}

/** Presets by the names the command line knows. */
export const presets: Readonly<Record<string, () => Composite>> = {
  "epsilon-plus": epsilonPlus,
  "epsilon-plus-flat": epsilonPlusFlat,
  "epsilon-alpha2-beta1": epsilonAlpha2Beta1,
  "epsilon-alpha2-beta1-flat": epsilonAlpha2Beta1Flat,
  "epsilon-gamma-box": epsilonGammaBox,
  "lrp-0": () => [],
  "recurrent": recurrentLRP,
  "attn-lrp": attnLRP,
  "attn-lrp-vision": attnLRPVision,
  "cp-lrp": cpLRP,
  "mamba-lrp": mambaLRP,
};
