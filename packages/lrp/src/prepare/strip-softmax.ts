/** Relevance starts from scores, not from probabilities, which mix all classes. */
import type { Graph, Model } from "@relprop/layers";
import { changesOf, PreparedModel, withoutNode, type Change } from "./prepared-model.ts";

const KINDS: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax"]);

/** The model without the softmax or log-softmax its outputs end in; only those nodes go, not others that look alike. */
export function stripSoftmax(model: Model): PreparedModel {
  let graph: Graph = model;
  const changes: Change[] = [...changesOf(model)];
  for (const node of model.nodes.toReversed()) {
    if (!KINDS.has(node.layer.kind) || !graph.outputs.includes(node.name)) continue;
    graph = withoutNode(graph, node.name, node.inputs[0]!);
    changes.push({ node: node.name, what: `removed: relevance starts from the scores before the ${node.layer.kind}` });
  }
  return new PreparedModel(graph, changes);
}
