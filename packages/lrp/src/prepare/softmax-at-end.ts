/** Softmaxes that a model ends in, behind whatever only lays out their probabilities anew or keeps their order. */
import { isElementwiseAffine, type Graph, type Node } from "@relprop/layers";
import { readersOf } from "./readers.ts";

/** Whether a node is a softmax, or the logarithm of one. */
export function isSoftmax({ layer }: Node): boolean {
  return /^(Log)?Softmax$/.test(layer.kind);
}

/**
 * Whether a node does the same to every probability, so that larger ones stay larger: rounds it, limits it, takes its
 * logarithm, makes percents of it or what rounded numbers stand for.
 */
export function keepsOrder({ layer }: Node): boolean {
  return /^(Clip|Log|Quantize)$/.test(layer.kind) || (isElementwiseAffine(layer) &&
    layer.weight.size === 1 && layer.weight.data[0]! > 0 && (layer.bias?.size ?? 1) === 1);
}

/** The softmax or log-softmax at the end of each output, where nothing else reads it or what lies behind it. */
export function softmaxesAtEnd(graph: Graph): readonly Node[] {
  const readers = readersOf(graph);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const found = new Set<Node>();
  for (const output of new Set(graph.outputs)) {
    let node = byName.get(output);
    while (node !== undefined && !isSoftmax(node)) {
      const source: Node | undefined = byName.get(node.inputs[0] ?? "");
      if (node.layer.rearranges !== true && !keepsOrder(node)) break;
      // Who asks for its extents alone has the same from what stands before it.
      const read = source && readers.get(source.name)!.filter((name) => byName.get(name)?.layer.kind !== "Shape");
      node = read?.length === 1 ? source : undefined;
    }
    if (node !== undefined && isSoftmax(node)) found.add(node);
  }
  return [...found];
}
