/** Relevance starts from scores, not from probabilities, which mix all classes. */
import type { Graph, Model } from "@relprop/layers";
import { changesOf, PreparedModel, withoutNode, type Change } from "./prepared-model.ts";
import { softmaxesAtEnd } from "./softmax-at-end.ts";

/**
 * The model without the softmax or log-softmax its outputs end in, also where probabilities are laid out anew behind
 * it; only those nodes go, not others that look alike.
 */
export function stripSoftmax(model: Model): PreparedModel {
  let graph: Graph = model;
  const changes: Change[] = [...changesOf(model)];
  // One may stand behind another.
  for (let [next] = softmaxesAtEnd(graph); next !== undefined; [next] = softmaxesAtEnd(graph)) {
    const { name, inputs, layer } = next;
    graph = withoutNode(graph, name, inputs[0]!);
    changes.push({ node: name, what: `removed: relevance starts from the scores before the ${layer.kind}` });
  }
  return new PreparedModel(graph, changes);
}
