/** A linear layer and the batch normalisation behind it, fused. */
import { isAffine, Model } from "@relprop/layers";
import { canonize } from "@relprop/lrp";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { listOfWords, NotUnderstood } from "../words.ts";
import { network } from "./network.ts";
import { EXACT } from "./tolerance.ts";

/** The output before and after fusing, and the fused parameters. */
export function canonizeCase(file: CaseFile): readonly Check[] {
  const input = file.tensor("input");
  const model = build(file);
  const expected = file.stored("expected");
  const checks = [
    check("output", model.predict(input), expected, EXACT),
    check("output when fused", canonize(model).predict(input), expected, EXACT),
  ];
  // Julia fuses without the ε of the normalisation, so its parameters are those of a layer whose ε is 0.
  const fused = canonize(build(file, 0)).nodes.find(({ layer }) => layer.role === "linear")?.layer;
  if (fused === undefined || !isAffine(fused)) throw new NotUnderstood("model: takes a linear layer, got none");
  for (const [name, parameter] of Object.entries({ weight: fused.weight, bias: fused.bias })) {
    if (parameter !== undefined && file.tensors.has(`fused.${name}`)) {
      checks.push(check(`fused ${name}`, parameter, file.stored(`fused.${name}`), EXACT));
    }
  }
  return checks;
}

function build(file: CaseFile, eps?: number): Model {
  const layers = listOfWords(file.json("model"), "model").map((words) => {
    const fields = Object.fromEntries(words.keys.map((key) => [key, words.value(key)]));
    return words.text("type") === "batch_norm" && eps !== undefined ? { ...fields, eps } : fields;
  });
  const parameter = (name: string) => (file.tensors.has(name) ? file.tensor(name) : undefined);
  return network(layers, undefined, parameter).model;
}
