/** First and last linear layers, by the flow of data rather than by position. */
import type { Model, Node } from "@relprop/layers";

/** Linear layers that no other linear layer comes before. */
export function firstNodes(model: Model): ReadonlySet<Node> {
  const behind = new Set<string>();
  const found = new Set<Node>();
  for (const node of model.nodes) {
    const linear = node.layer.role === "linear";
    const blocked = node.inputs.some((source) => behind.has(source));
    if (linear && !blocked) found.add(node);
    if (linear || blocked) behind.add(node.name);
  }
  return found;
}

/** Linear layers that no other linear layer comes after. */
export function lastNodes(model: Model): ReadonlySet<Node> {
  const before = new Set<string>();
  const found = new Set<Node>();
  for (const node of model.nodes.toReversed()) {
    const linear = node.layer.role === "linear";
    const blocked = before.has(node.name);
    if (linear && !blocked) found.add(node);
    if (linear || blocked) for (const source of node.inputs) before.add(source);
  }
  return found;
}
