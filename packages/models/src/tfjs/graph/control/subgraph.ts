/** Parts of a graph that are gone through as often as loops and calls say. */
import type { GraphNode, Subgraph } from "../graph-def.ts";

/** The node that makes a value. */
export function makerOf(value: string): string {
  return value.replace(/:\d+$/, "");
}

/** A subgraph whose inputs are these values, under names of its own; constants and what lies around keep theirs. */
export function instance({ inputs, nodes, outputs }: Subgraph, prefix: string, given: readonly string[]): Subgraph {
  const names = new Map(inputs.map((name, i) => [name, given[i] ?? ""]));
  const made = new Set<string>();
  addMade(nodes, made);
  const value = (name: string): string =>
    names.get(name) ?? (made.has(makerOf(name)) ? `${prefix}${name}` : name);
  return { inputs: given, nodes: nodes.map((node) => renamed(node, value)), outputs: outputs.map(value) };
}

function addMade(nodes: readonly GraphNode[], into: Set<string>): void {
  for (const { name, op, parts = {} } of nodes) {
    if (op !== "Const") into.add(name);
    for (const part of Object.values(parts)) {
      for (const input of part.inputs) into.add(makerOf(input));
      addMade(part.nodes, into);
    }
  }
}

/** The node with other names for what it reads, the loop within it included. */
export function reading(node: GraphNode, value: (name: string) => string): GraphNode {
  const own = { ...node, inputs: node.inputs.map(value) };
  return node.parts === undefined ? own : { ...own, parts: within(node.parts, (each) => reading(each, value), value) };
}

function renamed(node: GraphNode, value: (name: string) => string): GraphNode {
  const own = { ...node, name: value(node.name), inputs: node.inputs.map(value) };
  return node.parts === undefined ? own : { ...own, parts: within(node.parts, (each) => renamed(each, value), value) };
}

function within(
  parts: Readonly<Record<string, Subgraph>>, changed: (node: GraphNode) => GraphNode, value: (name: string) => string,
): Readonly<Record<string, Subgraph>> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, {
    inputs: part.inputs.map(value), nodes: part.nodes.map(changed), outputs: part.outputs.map(value),
  }]));
}
