/** The functions that a graph brings along. */
import { isObject } from "../../../json.ts";
import { Settings } from "../../settings.ts";
import { readNodes, type GraphNode, type Subgraph } from "../graph-def.ts";

/** By name. */
export function readLibrary(topology: Settings): ReadonlyMap<string, Subgraph> {
  if (!isObject(topology.any("library"))) return new Map();
  const functions = topology.settings("library").list("function") ?? [];
  return new Map(functions.map((json): [string, Subgraph] => {
    const stored = new Settings(json, "a function");
    const signature = stored.settings("signature");
    const [inputs, given] = ["inputArg", "outputArg"].map((list) =>
      (signature.list(list) ?? []).map((argument) => new Settings(argument, "an argument").text("name") ?? ""));
    const nodes = readNodes(stored, "nodeDef");
    const ops = new Map(nodes.map((node) => [node.name, node]));
    const value = (name: string): string => plainName(name, ops);
    const ends = stored.settings("ret");
    return [signature.text("name") ?? "", {
      inputs: inputs!,
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(value) })),
      outputs: given!.map((name) => value(ends.text(name) ?? "")),
    }];
  }));
}

/** What operators with several outputs of different names call those behind the first. */
const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNormV3: ["y", "batch_mean", "batch_variance"],
  NonMaxSuppressionV4: ["selected_indices", "valid_outputs"],
  NonMaxSuppressionV5: ["selected_indices", "selected_scores", "valid_outputs"],
  TensorArrayV3: ["handle", "flow"],
  TensorListPopBack: ["output_handle", "tensor"],
  TopKV2: ["values", "indices"],
};

/** Within functions, `split:output:1` is the second of the values that are called so. */
function plainName(name: string, nodes: ReadonlyMap<string, GraphNode>): string {
  const [, node = name, output, place = "0"] = /^(.*?)(?::([a-z]\w*))?(?::(\d+))?$/i.exec(name) ?? [];
  const outputs = OUTPUTS[nodes.get(node)?.op ?? ""];
  const named = output === undefined ? 0 : (outputs?.indexOf(output) ?? 0);
  // One that is not listed stands behind those, and is none that is made.
  const index = (named < 0 ? outputs!.length : named) + Number(place);
  return index === 0 ? node : `${node}:${index}`;
}
