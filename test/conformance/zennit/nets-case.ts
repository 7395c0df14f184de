/** A network with a composite, or with a method that goes by the gradient. */
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { zennitAnalyzer } from "./methods.ts";
import { prepareCase, recorded } from "./network-case.ts";
import { OUTPUT, relevanceName, relevanceTolerance } from "./tolerance.ts";

/** The output, the relevance of the input, and that of every node in the file. */
export function netsCase(file: CaseFile): readonly Check[] {
  const { name, parameters, setting, nodeOf } = prepareCase(file);
  const nodes = recorded(file);
  const { output, relevance, layers } = zennitAnalyzer(name, parameters, setting).analyze(file.tensor("input"), {
    target: file.tensor("relevance_out"), layers: nodes.map(nodeOf),
  });
  const tolerance = relevanceTolerance(file);
  return [
    check("output", output, file.stored("output"), OUTPUT),
    check("relevance", relevance, file.stored(relevanceName(file)), tolerance),
    ...nodes.map((node) =>
      check(`relevance.${node}`, layers.get(nodeOf(node))!, file.stored(`relevance.${node}`), tolerance),
    ),
  ];
}
