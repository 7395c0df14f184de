/** A model that was rewritten for relevance propagation, and what was done to it. */
import { Model, type Graph } from "@relprop/layers";

/** One thing a rewriting did. */
export interface Change {
  /** The node it is about, by its name before. */
  readonly node: string;
  /** What happened, as half a sentence: `fused into "conv1"`. */
  readonly what: string;
}

/** A model with the list of changes that led to it. */
export class PreparedModel extends Model {
  readonly changes: readonly Change[];

  constructor(graph: Graph, changes: readonly Change[]) {
    super(graph);
    this.changes = changes;
  }

  /** One line per change; says so if there was none. */
  describe(): string {
    if (this.changes.length === 0) return "nothing to change";
    return this.changes.map(({ node, what }) => `${node}: ${what}`).join("\n");
  }
}

/** The changes already made to a model. */
export function changesOf(model: Model): readonly Change[] {
  return model instanceof PreparedModel ? model.changes : [];
}

/** The names of the nodes that read a value, and how often the model itself gives it out. */
export function readersOf(graph: Graph, name: string): readonly string[] {
  const readers = graph.nodes.flatMap((node) => node.inputs.filter((source) => source === name).map(() => node.name));
  return [...readers, ...graph.outputs.filter((output) => output === name).map(() => "(output)")];
}

/** The graph without one node; what read it reads `instead`. */
export function withoutNode(graph: Graph, name: string, instead: string): Graph {
  const renamed = (source: string): string => (source === name ? instead : source);
  return {
    ...graph,
    nodes: graph.nodes
      .filter((node) => node.name !== name)
      .map((node) => (node.inputs.includes(name) ? { ...node, inputs: node.inputs.map(renamed) } : node)),
    outputs: graph.outputs.map(renamed),
  };
}
