/** Operators that nobody knows, all of them at once. */
import { ModelFormatError } from "../model-format-error.ts";
import { ADVICE, called, refusedLater, unsupported } from "./refusal.ts";
import { MORE_GROUPS, namedGroups } from "./operators/operator-group.ts";
import type { NodeProto } from "./schema.ts";
import type { Refused } from "./value.ts";

/** The nodes of a file whose operators are not known, by operator. */
export class UnknownOperators {
  readonly #nodes = new Map<string, NodeProto[]>();
  /** The groups of operators that are known, where they are not all. */
  readonly #groups: readonly string[] | undefined;

  constructor(groups: readonly string[] | undefined) {
    this.#groups = groups;
  }

  /** What becomes of the outputs of a node. */
  refused(node: NodeProto, operator: string): readonly Refused[] {
    const others = this.#nodes.get(operator);
    if (others === undefined) this.#nodes.set(operator, [node]);
    else others.push(node);
    const refused = refusedLater(() => unsupported(node, operator, this.#groups));
    return node.outputs.map(() => refused);
  }

  /** All of them, with what to do; `undefined` where there is no node with one, or only one. */
  get error(): ModelFormatError | undefined {
    const nodes = [...this.#nodes.values()].flat();
    if (nodes.length < 2) return undefined;
    const listed = [...this.#nodes].map(([name, [first, ...others]]) =>
      `${name} (${called(first!)}${others.length > 0 ? ` and ${others.length} more` : ""})`);
    const [takes, advice] = this.#groups === undefined
      ? ["operators that it knows", ADVICE]
      : [namedGroups(this.#groups), MORE_GROUPS];
    return new ModelFormatError(
      `loadOnnx: takes ${takes}, got ${nodes.length} nodes of others: ${listed.join(", ")}: ${advice}`,
      nodes[0]!.position,
    );
  }
}
