/** Whether a model suits relevance propagation, said node by node before anything is computed. */
import { checkKind, showAs } from "@relprop/tensor";
import { isAffine, isOperator, isSharing, type Layer, type Model, type Node, type Role } from "@relprop/layers";
import { readersOf } from "./readers.ts";
import { softmaxesAtEnd } from "./softmax-at-end.ts";
import { painter } from "../report/table.ts";

/** What the check says of one node. */
export interface CheckRow {
  readonly node: Node;
  /** `"advice"`: works, but there is something better to do. */
  readonly verdict: "supported" | "advice" | "unsupported";
  readonly why?: string;
  readonly advice?: string;
}

/** The verdicts on all nodes. */
export class ModelCheck {
  readonly rows: readonly CheckRow[];

  constructor(rows: readonly CheckRow[]) {
    this.rows = rows;
    showAs(this, { text: (color) => this.format({ color }) });
  }

  /** Whether no node is unsupported. */
  get passed(): boolean {
    return this.rows.every(({ verdict }) => verdict !== "unsupported");
  }

  /** The whole model, a line per node, indented by nesting; `color` for terminals. */
  format(options: { readonly color?: boolean } = {}): string {
    const paint = painter(options.color === true);
    const marks = { supported: paint(32, "✓"), advice: paint(33, "!"), unsupported: paint(31, "✗") };
    return this.rows
      .map(({ node, verdict, why, advice }) => {
        const line = `${"  ".repeat(node.index.length - 1)}${marks[verdict]} ${node.name} (${node.layer.kind})`;
        return why === undefined ? line : `${line}: ${why}${advice === undefined ? "" : `; ${advice}`}`;
      })
      .join("\n");
  }

  /** The verdicts without colour. */
  toString(): string {
    return this.format();
  }
}

/** Thrown by an analyzer for a model that does not suit it; `check` has every node's verdict. */
export class ModelCheckError extends TypeError {
  override readonly name = "ModelCheckError";
  readonly check: ModelCheck;

  constructor(check: ModelCheck) {
    const faults = new ModelCheck(check.rows.filter(({ verdict }) => verdict === "unsupported"));
    super(`LRP: takes models whose nodes all suit it (skipChecks: true to try anyway), got\n${faults.toString()}`);
    this.check = check;
  }
}

/** The verdict on every node of a model, asked by `who`. */
export function checkModel(model: Model, who = "checkModel"): ModelCheck {
  checkKind(who, "a model", model, Object(model).nodes);
  const atEnd = new Set(softmaxesAtEnd(model));
  const readers = readersOf(model);
  return new ModelCheck(model.carriers.map((node) =>
    ({ node, ...verdict(node, atEnd.has(node), readers.has(node.name)) })));
}

const ROLES: ReadonlySet<Role> = new Set<Role>([
  "linear", "normalization", "activation", "average", "route", "sum", "product", "recurrent", "other",
]);

function verdict({ layer }: Node, isSoftmaxAtEnd: boolean, isRead: boolean): Omit<CheckRow, "node"> {
  const methods = isOperator(layer) ? [] : ["outputShape", "forward", "pullback"];
  const missing = methods.filter((method) => typeof (layer as Layer)[method as "forward"] !== "function");
  if (!ROLES.has(layer.role)) missing.push("role");
  if (missing.length > 0) {
    return {
      verdict: "unsupported", why: `does not implement ${missing.join(", ")}`, advice: "implement the Layer interface",
    };
  }
  if (isSoftmaxAtEnd) {
    return {
      verdict: "unsupported",
      why: "a softmax at the output mixes the scores of all classes",
      advice: "call stripSoftmax(model) or prepare(model)",
    };
  }
  if (layer.kind === "BatchNorm" && isAffine(layer)) {
    return {
      verdict: "advice",
      why: "not fused with a linear layer",
      advice: "call canonize(model), or give it a rule of its own",
    };
  }
  if (layer.role === "product") {
    return {
      verdict: "advice",
      why: "multiplies activations, which share relevance equally",
      advice: "choose product({ share })",
    };
  }
  if (layer.role === "other" && !isSharing(layer)) {
    return { verdict: "advice", why: "has no rule of its own and takes a ⊙ Jᵀ(R / y)" };
  }
  if (!isRead) {
    return { verdict: "advice", why: "is read by nothing and gets no relevance" };
  }
  return { verdict: "supported" };
}
