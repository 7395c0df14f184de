/** One rule at one module. */
import { LRP, where } from "@relprop/lrp";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { torchModel } from "./graph.ts";
import { zennitRule } from "./rules.ts";
import { OUTPUT, relevanceName, relevanceTolerance } from "./tolerance.ts";

/** The output, and the relevance at the input for a given relevance at the output. */
export function layersCase(file: CaseFile): readonly Check[] {
  const words = file.words("composite");
  const rule = zennitRule(words.text("rule"), words.object("params"));
  const lrp = new LRP(torchModel(file), [where(() => true, rule)], { skipChecks: true });
  const { output, relevance } = lrp.analyze(file.tensor("input"), { target: file.tensor("relevance_out") });
  return [
    check("output", output, file.stored("output"), OUTPUT),
    check("relevance", relevance, file.stored(relevanceName(file)), relevanceTolerance(file)),
  ];
}
