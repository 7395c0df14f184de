/** The rules of RelevancePropagation.jl, in the words of the cases. */
import { isNormalization, type Layer } from "@relprop/layers";
import {
  alphaBeta, epsilon, flat, gamma, generalizedGamma, layerNorm, pass, wSquare, zBox, zero, zPlus, type BoxBound,
  type Rule,
} from "@relprop/lrp";
import { lookUp, type Words } from "../words.ts";

/**
 * Every rule but ε stabilises with 1e-9, which is our default; the bias has no part in w² and flat, which is our
 * default too.
 */
const rules: Readonly<Record<string, (words: Words, layer: Layer) => Rule>> = {
  ZeroRule: (_, layer) => (onlyPasses(layer) ? pass() : zero()),
  EpsilonRule: (words, layer) => (onlyPasses(layer) ? pass() : epsilon(words.number("epsilon", 1e-6))),
  GammaRule: (words) => gamma(words.number("gamma", 0.25)),
  GeneralizedGammaRule: (words) => generalizedGamma(words.number("gamma", 0.25)),
  WSquareRule: () => wSquare(),
  FlatRule: () => flat(),
  AlphaBetaRule: (words) => alphaBeta(words.number("alpha", 2), words.number("beta", 1)),
  ZPlusRule: () => zPlus(),
  ZBoxRule: (words) => zBox(bound(words, "low"), bound(words, "high")),
  PassRule: () => pass(),
  // What is no layer normalisation gets the rule that every other rule falls back to there.
  LayerNormRule: (_, layer) => (isNormalization(layer) ? layerNorm() : zero()),
};

/** The rule that a case describes, at the layer it is used on. */
export function juliaRule(words: Words, layer: Layer): Rule {
  return lookUp(rules, words.text("name"), "rule")(words, layer);
}

/** Dropout and flattening have no rule in Julia: relevance takes the shape of the input. */
function onlyPasses(layer: Layer): boolean {
  return layer.kind === "Dropout" || layer.kind === "Flatten";
}

function bound(words: Words, key: string): BoxBound {
  return words.numberOrList(key);
}
