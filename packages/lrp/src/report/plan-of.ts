/** What an analysis will do, before it does it. */
import { isAffine } from "@relprop/layers";
import { checkKind, sizeOf, type Shape } from "@relprop/tensor";
import type { LRP } from "../lrp.ts";
import { formatTable } from "./table.ts";
import { isPlannable } from "../run/plan/plan.ts";
import { rewrite } from "../run/plan/rewrite.ts";
import { nonnegativeNodes } from "../run/plan/signs.ts";

/** The work at one node. */
export interface PlanRow {
  readonly node: string;
  readonly rule: string;
  /** Whether the input is known to be >= 0 from the graph; where it is not, the values are looked at. */
  readonly nonnegative: boolean;
  /** Products for denominators, besides the forward pass. */
  readonly products: number;
  /** Denominators taken from the forward pass. */
  readonly reused: number;
  /** Sums computed once per input shape. */
  readonly constants: number;
  /** Transposed products. */
  readonly transposed: number;
  /** Bytes of the node's output and of its relevance. */
  readonly bytes: number;
}

/** The work of a whole analysis. */
export class Plan {
  readonly rows: readonly PlanRow[];

  constructor(rows: readonly PlanRow[]) {
    this.rows = rows;
  }

  /** Bytes of all activations and relevances together, without scratch. */
  get bytes(): number {
    return this.rows.reduce((total, row) => total + row.bytes, 0);
  }

  /** The plan as a table. */
  toString(): string {
    const header = ["node", "rule", "a >= 0", "products", "reused", "constant", "transposed", "kB"];
    const cells = this.rows.map((row) => [
      row.node, row.rule, row.nonnegative ? "known" : "",
      ...[row.products, row.reused, row.constants, row.transposed].map(String),
      (row.bytes / 1000).toFixed(1),
    ]);
    const sums = (["products", "reused", "constants", "transposed"] as const).map((key) =>
      String(this.rows.reduce((total, row) => total + row[key], 0)));
    return formatTable([header, ...cells, ["total", "", "", ...sums, (this.bytes / 1000).toFixed(1)]], 3);
  }
}

/** What an analysis of inputs of these shapes will do: per node its rule, products and memory. Printable. */
export function planOf(lrp: Pick<LRP, "model" | "rules">, ...inputs: readonly Shape[]): Plan {
  checkKind("planOf", "an LRP", lrp, typeof Object(lrp).analyze === "function");
  const { model, rules } = lrp;
  const shapes = model.shapes(...inputs);
  const nonnegative = nonnegativeNodes(model);
  return new Plan(rules.rows.map(({ node, rule }) => {
    const bytes = 8 * sizeOf(shapes.get(node.name)!);
    const known = nonnegative.has(node.inputs[0] ?? "");
    const isPlanned = isPlannable(rule) && isAffine(node.layer);
    const terms = isPlanned ? rewrite(rule, node.layer, known).flatMap((quotient) => quotient.terms) : [];
    const count = (source: string): number => terms.filter((term) => term.source === source).length;
    return {
      node: node.name,
      rule: rule.name,
      nonnegative: known,
      bytes,
      products: count("product"),
      reused: count("forward"),
      constants: count("constant"),
      transposed: terms.length,
    };
  }));
}
