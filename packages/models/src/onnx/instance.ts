/** Subgraphs and functions taken anew: the same nodes under names of their own. */
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from "./schema.ts";

/** How an instance differs from its graph. */
export interface Renaming {
  /** What names of the graph stand for, where that is known: its inputs and constants. */
  readonly given: ReadonlyMap<string, string>;
  /** The name for a value that the graph makes itself. */
  fresh(name: string): string;
  /** Called once for every node that is written down. */
  count(): void;
}

/** A graph whose own values have other names; what it takes from around it keeps its name. */
export function instanceOf(graph: GraphProto, { given, fresh, count }: Renaming): GraphProto {
  const names = new Map(given);
  for (const name of madeBy(graph)) if (!names.has(name)) names.set(name, fresh(name));
  return renamed({ ...graph, inputs: [], initializers: [], sparse: [] }, names, count);
}

/** What a function is found by. */
export function functionKey(
  { domain, overload = "", ...called }: Pick<NodeProto, "domain" | "overload"> & { readonly opType: string },
): string {
  return `${domain}:${called.opType}:${overload}`;
}

/** The nodes of a function with the attributes of a call of it. */
export function withAttributes({ graph, defaults }: FunctionProto, call: NodeProto): GraphProto {
  const resolved = (inner: GraphProto): GraphProto => ({
    ...inner,
    nodes: inner.nodes.map((node) => {
      const attributes = new Map<string, AttributeProto>();
      for (const [name, attribute] of node.attributes) {
        const found = attribute.reference === undefined
          ? attribute
          : (call.attributes.get(attribute.reference) ?? defaults.get(attribute.reference));
        if (found === undefined) continue;
        const own = found.graph === undefined ? {} : { graph: resolved(found.graph) };
        attributes.set(name, { ...found, ...own, name });
      }
      return { ...node, attributes };
    }),
  });
  return resolved(graph);
}

function madeBy({ nodes }: GraphProto): readonly string[] {
  return nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "");
}

function renamed(graph: GraphProto, names: ReadonlyMap<string, string>, count: () => void): GraphProto {
  const name = (old: string): string => names.get(old) ?? old;
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, name: name(output.name) })),
    nodes: graph.nodes.map((node) => {
      count();
      return {
        ...node,
        inputs: node.inputs.map(name),
        outputs: node.outputs.map(name),
        attributes: new Map([...node.attributes].map(([key, attribute]) => {
          if (attribute.graph === undefined) return [key, attribute];
          return [key, { ...attribute, graph: within(attribute.graph, names, count) }];
        })),
      };
    }),
  };
}

/** A subgraph that reads renamed values; what it makes itself hides them. */
function within(graph: GraphProto, names: ReadonlyMap<string, string>, count: () => void): GraphProto {
  const stored = [...graph.inputs, ...graph.initializers, ...(graph.sparse ?? [])].map(({ name }) => name);
  const own = new Set([...stored, ...madeBy(graph)]);
  return renamed(graph, new Map([...names].filter(([name]) => !own.has(name))), count);
}
