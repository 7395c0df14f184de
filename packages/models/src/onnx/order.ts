/** The nodes of a graph in the order in which they can be computed. */
import { ModelFormatError } from "../model-format-error.ts";
import type { GraphProto, NodeProto } from "./schema.ts";

/**
 * The graph's nodes, each behind those whose outputs it reads, otherwise in the order of the file. Throws a
 * `ModelFormatError` for cycles, for names defined twice and for names nobody defines; `isKnown` tells which are there
 * before: inputs, and what surrounds a subgraph.
 */
export function nodesInOrder(graph: GraphProto, isKnown: (name: string) => boolean): readonly NodeProto[] {
  const makers = makersOf(graph, isKnown);
  const ordered: NodeProto[] = [];
  const state = new Map<NodeProto, "open" | "done">();
  for (const root of graph.nodes) {
    // Depth first without recursion: a node is met twice, before and behind what it reads.
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (state.get(node) === undefined) {
        state.set(node, "open");
        for (const name of node.inputs.toReversed()) {
          const maker = makers.get(name);
          if (maker === undefined) continue;
          if (state.get(maker) === "open") throw new ModelFormatError(cycle(name, node), node.position);
          if (state.get(maker) === undefined) stack.push(maker);
        }
      } else {
        if (state.get(node) === "open") ordered.push(node);
        state.set(node, "done");
        stack.pop();
      }
    }
  }
  return ordered;
}

/** Who makes each name: a node, or nobody in the graph. */
function makersOf(graph: GraphProto, isKnown: (name: string) => boolean): ReadonlyMap<string, NodeProto | undefined> {
  const makers = new Map<string, NodeProto | undefined>();
  const define = (name: string, node: NodeProto | undefined, position: number | undefined): void => {
    if (name === "") return;
    if (makers.has(name) || isKnown(name)) {
      throw new ModelFormatError(`loadOnnx: takes every name once, got "${name}" twice`, position);
    }
    makers.set(name, node);
  };
  for (const { name, position } of [...graph.initializers, ...(graph.sparse ?? [])]) define(name, undefined, position);
  for (const node of graph.nodes) for (const name of node.outputs) define(name, node, node.position);
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (name !== "" && !makers.has(name) && !isKnown(name)) {
        throw new ModelFormatError(
          `loadOnnx: node "${node.name}" (${node.opType}) reads "${name}", which nothing makes`, node.position,
        );
      }
    }
  }
  return makers;
}

function cycle(name: string, { name: node, opType }: NodeProto): string {
  return `loadOnnx: takes graphs without cycles, got one through node "${node}" (${opType}), which reads "${name}"`;
}
