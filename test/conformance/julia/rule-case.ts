/** One rule at one layer. */
import { chain, Conv, identity, type Layer } from "@relprop/layers";
import { at, LRP, pass, type Rule } from "@relprop/lrp";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { juliaLayer } from "./layers.ts";
import { juliaRule } from "./rules.ts";
import { EXACT } from "./tolerance.ts";

/** The relevance at the input for a given relevance at the output. */
export function ruleCase(file: CaseFile): readonly Check[] {
  const words = file.words("layer");
  const { layer, activation } = juliaLayer(words, (name) => (file.tensors.has(name) ? file.tensor(name) : undefined));
  const rule = juliaRule(file.words("rule"), layer);
  const model = activation === undefined ? chain(layer) : chain(layer, activation);
  const composite = [at(0, rule), ...(activation === undefined ? [] : [at(1, pass())])];
  const { relevance } = new LRP(model, composite, { skipChecks: true }).analyze(file.tensor("input"), {
    target: file.tensor("relevance_out"),
  });
  return [check("relevance", relevance, file.stored("relevance_in"), cancels(layer, rule) ? 2e-4 : EXACT)];
}

/**
 * Whether denominators cancel: z^B subtracts sums over all that a convolution reads, and little may be left. Behind a
 * rectifier most such outputs have no relevance.
 */
function cancels(layer: Layer, rule: Rule): boolean {
  return rule.name === "zBox" && layer instanceof Conv && layer.activation === identity;
}
