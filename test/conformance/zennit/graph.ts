/** Graphs of PyTorch modules as models. */
import { Model, type Layer, type Node } from "@relprop/layers";
import type { CaseFile } from "../case-file.ts";
import { listOfWords, NotUnderstood } from "../words.ts";
import { torchLayer } from "./modules.ts";

/**
 * The network of a case: nodes in the order they run, the last one the output. A module that runs twice is one layer.
 */
export function torchModel(file: CaseFile): Model {
  const layers = new Map<string, Layer>();
  const nodes = listOfWords(file.json("model"), "model").map((words, i): Node => {
    const name = words.text("name");
    const module = words.text("module", name);
    const layer = layers.get(module) ?? torchLayer(words, (parameter) => {
      const full = `${module}.${parameter}`;
      return file.tensors.has(full) ? file.tensor(full) : undefined;
    });
    layers.set(module, layer);
    return { name, layer, inputs: strings(words.value("inputs"), name), index: [i] };
  });
  const output = nodes.at(-1);
  if (output === undefined) throw new NotUnderstood("model: takes nodes, got none");
  return new Model({ inputs: [{ name: "input" }], nodes, outputs: [output.name] });
}

/**
 * The order in which modules were registered, which decides what is first: that of their parameters in the file, which
 * is PyTorch's, rather than that of the nodes, which is the one they run in.
 */
export function moduleOrder(file: CaseFile): readonly string[] {
  return [...new Set([...file.tensors.keys()].map((name) => name.slice(0, Math.max(0, name.lastIndexOf(".")))))];
}

/**
 * The node whose output is that of `name`: itself, or the layer it was fused into, since what is left of a fused
 * batch normalisation is the identity.
 */
export function standIn(name: string, original: Model, canonized: Model): string {
  return canonized.has(name) ? name : standIn(original.node(name).inputs[0]!, original, canonized);
}

function strings(value: unknown, node: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value as readonly string[];
  throw new NotUnderstood(`${node}: takes names as inputs, got ${JSON.stringify(value)}`);
}
