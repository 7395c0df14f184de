/** `relprop rules`: which rule each node gets. */
import { LRP } from "@relprop/lrp";
import { group } from "./option.ts";
import { chooseComposite, compositeOption } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { readPrepared } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";

/** `relprop rules MODEL [--composite NAME]` */
export const rules: Subcommand = {
  summary: "which rule each node gets from a composite, and why",
  usage: "MODEL [options]",
  about: "Lists the nodes of MODEL after preparation with the rule each gets, and what chose it.",
  options: [group([compositeOption, ...modelOptions])],
  async run(given, terminal) {
    const composite = await chooseComposite(given.text("composite"), terminal);
    const model = await readPrepared(given.positionals[0], terminal, chooseReading(given));
    terminal.print(`${new LRP(model, composite).rules.format({ color: terminal.color })}\n`);
  },
};
