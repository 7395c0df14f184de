/** First and last linear layers, by the flow of data rather than by position, and what only prepares the input. */
import { isElementwiseAffine, type ElementwiseAffine, type Model, type Node } from "@relprop/layers";

/**
 * Elementwise scales and shifts that stand at the input, with nothing but other layouts, sizes and roundings of it in
 * between: the normalisation of the input, written into the network. The shift of a position, which differs along the
 * axis of the tokens, is none.
 */
export function preprocessingNodes(model: Model): ReadonlySet<Node> {
  const raw = new Set(model.inputs.map(({ name }) => name));
  const found = new Set<Node>();
  for (const node of model.carriers) {
    const { layer, inputs, name } = node;
    if (inputs.length === 0 || !inputs.every((source) => raw.has(source))) continue;
    if (isElementwiseAffine(layer) && isPerChannel(layer)) found.add(node);
    // Bytes made floats, values moved, limited, rounded or averaged are as much the input's as before.
    else if (!/^(route|average)|(Clip|Quantize)$/.test(layer.role + layer.kind)) continue;
    raw.add(name);
  }
  // A network of nothing else prepares nothing.
  return model.carriers.some((node) => node.layer.role === "linear" && !found.has(node)) ? found : new Set();
}

/** Whether a scale differs along one axis at most, or is that of a whole image. */
function isPerChannel({ weight, bias }: ElementwiseAffine): boolean {
  return weight.shape.filter((extent, axis) => extent !== 1 || (bias?.shape[axis] ?? 1) !== 1).length !== 2;
}

/**
 * Linear layers that no other layer with weights, linear or recurrent, comes before; what only prepares the input does
 * not count.
 */
export function firstNodes(model: Model): ReadonlySet<Node> {
  const prepares = preprocessingNodes(model);
  const behind = new Set<string>();
  const found = new Set<Node>();
  for (const node of model.nodes) {
    const linear = node.layer.role === "linear" && !prepares.has(node);
    const blocked = node.inputs.some((source) => behind.has(source));
    if (linear && !blocked) found.add(node);
    if (linear || blocked || node.layer.role === "recurrent") behind.add(node.name);
  }
  return found;
}

/** Linear layers that no other layer with weights, linear or recurrent, comes after. */
export function lastNodes(model: Model): ReadonlySet<Node> {
  const before = new Set<string>();
  const found = new Set<Node>();
  for (const node of model.nodes.toReversed()) {
    const linear = node.layer.role === "linear";
    const blocked = before.has(node.name);
    if (linear && !blocked) found.add(node);
    if (linear || blocked || node.layer.role === "recurrent") {
      for (const source of node.inputs) before.add(source);
    }
  }
  return found;
}
