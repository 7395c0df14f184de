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

  /** What the reader of a file recognised in its arithmetic. */
  get recognized(): readonly Change[] {
    return this.nodes.flatMap(({ name, recognized: what }) => (what === undefined ? [] : [{ node: name, what }]));
  }

  /** One line per remark of the reader, per change and per thing recognised; says so if there was none. */
  describe(): string {
    const lines = [
      ...this.remarks,
      ...this.recognized.map(({ node, what }) => `${node}: recognised, ${what}`),
      ...this.changes.map(({ node, what }) => `${node}: ${what}`),
    ];
    return lines.length === 0 ? "nothing to change" : lines.join("\n");
  }
}

/** The changes already made to a model. */
export function changesOf(model: Model): readonly Change[] {
  return model instanceof PreparedModel ? model.changes : [];
}
