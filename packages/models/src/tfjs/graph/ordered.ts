/** The nodes of a graph in the order in which they can be computed. */
import { makerOf } from "./control/subgraph.ts";
import type { GraphNode } from "./graph-def.ts";

/**
 * Nodes behind what they read, in a subgraph as far as that is within. Throws a `RangeError` for names that nothing
 * makes, and for cycles.
 */
export function ordered(nodes: readonly GraphNode[], isWithin = false): readonly GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const out: GraphNode[] = [];
  const state = new Map<GraphNode, "open" | "done">();
  for (const root of nodes) {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (state.get(node) === undefined) {
        state.set(node, "open");
        for (const input of readBy(node)) {
          const maker = byName.get(makerOf(input));
          if (maker === undefined) {
            if (isWithin) continue;
            throw new RangeError(`node "${node.name}" reads "${input}", which nothing makes`);
          }
          if (state.get(maker) === "open") {
            throw new RangeError(`takes graphs without cycles, got one through "${input}"`);
          }
          if (state.get(maker) === undefined) stack.push(maker);
        }
      } else {
        if (state.get(node) === "open") out.push(node);
        state.set(node, "done");
        stack.pop();
      }
    }
  }
  return out;
}

/** What a node reads, and what the loop within it reads from around it. */
export function readBy({ inputs, parts = {} }: GraphNode): readonly string[] {
  const within = Object.values(parts).flatMap((part) => {
    const own = new Set([...part.inputs, ...part.nodes.map(({ name }) => name)]);
    return [...part.nodes.flatMap(readBy), ...part.outputs]
      .filter((name) => !own.has(name) && !own.has(makerOf(name)));
  });
  return [...inputs, ...within];
}
