/** Which node got which rule, and why, for people to read. */
import { showAs } from "@relprop/tensor";
import { describeAssignment, type AssignedRule } from "./composite.ts";
import { painter } from "../report/table.ts";

/** The rules of an analyzer, one per node. */
export class RuleTable {
  readonly rows: readonly AssignedRule[];

  constructor(rows: readonly AssignedRule[]) {
    this.rows = rows;
    showAs(this, { text: (color) => this.format({ color }) });
  }

  /** A line per node: its index, name and kind, its rule, and which assignment chose it; `color` for terminals. */
  format(options: { readonly color?: boolean } = {}): string {
    const paint = painter(options.color === true);
    const cells = this.rows.map(({ node, rule, by }) => [
      node.index.join("."),
      node.name,
      node.layer.kind,
      `${rule.name}${describeOptions(rule.options)}`,
      by === undefined ? "default" : describeAssignment(by, node.layer),
    ]);
    const widths = [0, 1, 2, 3].map((column) => cells.reduce((most, row) => Math.max(most, row[column]!.length), 0));
    return cells
      .map(([index, name, kind, rule, by]) =>
        [
          paint(90, index!.padStart(widths[0]!)),
          name!.padEnd(widths[1]!),
          paint(36, kind!.padEnd(widths[2]!)),
          paint(33, rule!.padEnd(widths[3]!)),
          paint(90, by!),
        ].join("  "),
      )
      .join("\n");
  }

  /** The table without colour. */
  toString(): string {
    return this.format();
  }
}

function describeOptions(options: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return "";
  const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return `(${entries.map(([key, value]) => `${key} ${shown(value)}`).join(", ")})`;
}
