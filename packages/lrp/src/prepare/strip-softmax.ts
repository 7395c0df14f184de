/** Relevance starts from scores, not from probabilities, which mix all classes. */
import type { Model, Node } from "@relprop/layers";
import { Draft } from "./draft.ts";
import { changesOf, PreparedModel, type Change } from "./prepared-model.ts";
import { isSoftmax, keepsOrder, softmaxesAtEnd } from "./softmax-at-end.ts";
import { checkGivenModel } from "./given-model.ts";

/**
 * The model without the softmax or log-softmax its outputs end in, also where probabilities are laid out anew behind
 * it, and without what does the same to every probability; only those nodes go, not others that look alike.
 */
export function stripSoftmax(model: Model): PreparedModel {
  checkGivenModel("stripSoftmax", model);
  const draft = new Draft(model);
  const changes: Change[] = [...changesOf(model)];
  for (const found of softmaxesAtEnd(model)) {
    for (const node of behind(draft, found)) {
      if (!keepsOrder(node)) continue;
      draft.remove(node.name);
      changes.push({ node: node.name, what: "removed: behind the softmax" });
    }
    // One may stand behind another, or behind another layout of it.
    for (let node: Node | undefined = draft.node(found.name); node !== undefined;) {
      const source = draft.sourceOf(node);
      if (isSoftmax(node)) {
        draft.remove(node.name);
        const what = `removed: relevance starts from the scores before the ${node.layer.kind}`;
        changes.push({ node: node.name, what });
      } else if (node.layer.rearranges !== true) break;
      const isRead = !draft.isOutput(source) && draft.onlyReader(source) === undefined;
      node = isRead ? undefined : draft.node(source);
    }
  }
  return new PreparedModel(draft.graph(), changes);
}

/** What reads the probabilities, one behind another. */
function behind(draft: Draft, softmax: Node): Node[] {
  const nodes: Node[] = [];
  for (let at: Node | undefined = softmax; at !== undefined;) {
    at = draft.node(draft.onlyReader(at.name) ?? "");
    if (at !== undefined) nodes.push(at);
  }
  return nodes;
}
