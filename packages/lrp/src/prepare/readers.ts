/** Who reads what in a graph, looked up once for all of its nodes. */
import type { Graph } from "@relprop/layers";

/** Stands among the readers of a value for each time the model itself gives it out. */
export const OUTPUT = "(output)";

/** By name of a value: the names of the nodes that read it, one per time, and `OUTPUT`; absent where nobody does. */
export function readersOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  const add = (source: string, reader: string): void => {
    const known = readers.get(source);
    if (known === undefined) readers.set(source, [reader]);
    else known.push(reader);
  };
  for (const { name, inputs } of graph.nodes) for (const source of inputs) add(source, name);
  for (const output of graph.outputs) add(output, OUTPUT);
  return readers;
}
