/** `relprop rules`: which rule each node gets. */
import { LRP } from "@relprop/lrp";
import { onlyPath } from "./arguments.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOptions } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { readPrepared } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { isTooWide, narrowTable } from "./narrow-table.ts";

/** `relprop rules MODEL [--composite NAME]` */
export const rules: Subcommand = {
  summary: "which rule each node gets from a composite, and why",
  usage: "MODEL [options]",
  about: "Lists the nodes of MODEL after preparation with the rule each gets, and what chose it.",
  options: [group([...compositeOptions, ...modelOptions, jsonOption])],
  async run(given, terminal) {
    const compose = await chooseComposite(given, terminal);
    const model = await readPrepared(onlyPath(given, "MODEL"), terminal, chooseReading(given));
    const { name, composite } = compose(model);
    const { rules: table } = new LRP(model, composite);
    if (given.on("json")) {
      const rows = table.rows.map(({ node, rule }) => ({
        node: node.name, kind: node.layer.kind, rule: rule.name, options: rule.options,
      }));
      terminal.print(`${JSON.stringify({ composite: name, rules: rows })}\n`);
      return;
    }
    const { columns, depth } = terminal;
    const wide = table.toString();
    // A node a line, as far as it goes, and under it its rule and what chose that.
    const narrow = (): string => narrowTable(undefined, wide.split("\n").map((line) => {
      const [index = "", node = "", kind = "", ...rest] = line.trim().split(/ {2,}/);
      return [`${index}  ${node}  ${kind}`, ...rest];
    }), columns);
    terminal.print(`${isTooWide(wide, columns) ? narrow() : table.format({ color: depth > 0 })}\n${name}\n`);
  },
};
