/** A network with a rule for each layer. */
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { expectedName, networkAnalyzer, selection } from "./network-case.ts";
import { networkTolerance } from "./tolerance.ts";

/** The relevance of the input for the selected output. */
export function modelCase(file: CaseFile): readonly Check[] {
  const { relevance } = networkAnalyzer(file).analyze(file.tensor("input"), selection(file));
  return [check("relevance", relevance, file.stored(expectedName(file)), networkTolerance(file))];
}
