/** What cases of whole networks have in common. */
import { LRP, type AnalyzeOptions } from "@relprop/lrp";
import { CaseFile } from "../case-file.ts";
import { NotUnderstood } from "../words.ts";
import { network } from "./network.ts";

/** An analyzer of the case's network with its rules; parameters may be in a file of their own. */
export function networkAnalyzer(file: CaseFile): LRP {
  const stored = file.says("params_file") ? new CaseFile(file.beside(file.text("params_file"))) : file;
  const parameter = (name: string) => (stored.tensors.has(name) ? stored.tensor(name) : undefined);
  const { model, composite } = network(file.json("model"), file.json("rules"), parameter);
  return new LRP(model, composite, { skipChecks: true });
}

/** Which output the case explains, and whether from 1 or from its value. */
export function selection(file: CaseFile): Required<Pick<AnalyzeOptions, "target" | "start">> {
  const selector = file.words("selector");
  const type = selector.text("type");
  if (type !== "max" && type !== "index") throw new NotUnderstood(`selector: takes max or index, got "${type}"`);
  const normalized = !file.says("normalize_output_relevance") || file.json("normalize_output_relevance") === true;
  return { target: type === "max" ? "max" : selector.number("index"), start: normalized ? "one" : "value" };
}

/**
 * The name of the expected relevance. Where Julia's max-pooling sent relevance to the first element that is only
 * nearly the maximum, the file also has what the exact maximum gives, and that is what we compute.
 */
export function expectedName(file: CaseFile): string {
  return file.tensors.has("expected_strict_argmax") ? "expected_strict_argmax" : "expected";
}
