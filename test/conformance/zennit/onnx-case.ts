/** The same networks, exported. */
import { readFileSync } from "node:fs";
import { loadOnnx } from "@relprop/models";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { listOfWords } from "../words.ts";
import { compositeAnalyzer, prepareCase } from "./network-case.ts";
import { OUTPUT, relevanceName, relevanceTolerance } from "./tolerance.ts";

/** The output and the relevance of the input, for every export of the network. */
export function onnxCase(file: CaseFile): readonly Check[] {
  return listOfWords(file.json("onnx"), "onnx").flatMap((words) => {
    const name = words.text("file");
    const lrp = compositeAnalyzer(prepareCase(file, loadOnnx(readFileSync(file.beside(name)))));
    const { output, relevance } = lrp.analyze(file.tensor("input"), { target: file.tensor("relevance_out") });
    return [
      check(`output of ${name}`, output, file.stored("output"), OUTPUT),
      check(`relevance of ${name}`, relevance, file.stored(relevanceName(file)), relevanceTolerance(file)),
    ];
  });
}
