/** `relprop rules`: which rule each node gets. */
import { LRP } from "@relprop/lrp";
import { readArguments } from "./arguments.ts";
import { chooseComposite } from "./choices.ts";
import { readPrepared } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";

const HELP = `relprop rules MODEL [--composite NAME]

Lists the nodes of MODEL after preparation with the rule each gets, and what chose it.

  --composite NAME    as in relprop explain`;

/** `relprop rules MODEL [--composite NAME]` */
export const rules: Subcommand = {
  summary: "which rule each node gets from a composite, and why",
  help: HELP,
  async run(args, terminal) {
    const given = readArguments(args, { composite: "text" });
    const composite = await chooseComposite(given.text("composite"), terminal);
    const model = await readPrepared(given.positionals[0], terminal);
    terminal.print(`${new LRP(model, composite).rules.format({ color: terminal.color })}\n`);
  },
};
