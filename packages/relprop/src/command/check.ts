/** `relprop check`: whether a model suits relevance propagation. */
import { checkModel, prepare } from "@relprop/lrp";
import { onlyPath } from "./arguments.ts";
import { fittedLines, isTooWide } from "./narrow-table.ts";
import { group } from "./option.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { readModel } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError } from "./terminal.ts";

/** `relprop check MODEL` */
export const check: Subcommand = {
  summary: "whether a model suits relevance propagation, node by node",
  usage: "MODEL [options]",
  about: "Says node by node whether MODEL suits relevance propagation, and what to do where it does not. Exit code 1 " +
    "if not.",
  options: [group([
    {
      name: "unprepared",
      help: "check the model as it is in the file, before its softmax is taken off and it is canonised",
    },
    ...modelOptions,
    jsonOption,
  ])],
  async run(given, terminal) {
    const read = await readModel(onlyPath(given, "MODEL"), terminal, chooseReading(given));
    const verdicts = checkModel(given.on("unprepared") ? read : prepare(read));
    if (given.on("json")) {
      const rows = verdicts.rows.map(({ node, verdict, why, advice }) =>
        ({ node: node.name, kind: node.layer.kind, verdict, why, advice }));
      terminal.print(`${JSON.stringify({ passed: verdicts.passed, nodes: rows })}\n`);
    } else {
      const { columns, depth } = terminal;
      const plain = `${verdicts}`;
      const shown = isTooWide(plain, columns) ? fittedLines(plain, columns) : verdicts.format({ color: depth > 0 });
      terminal.print(`${shown}\n`);
    }
    if (!verdicts.passed) throw new InputError("the model does not suit relevance propagation as it is");
  },
};
