/** What every subcommand is. */
import type { Given } from "./arguments.ts";
import type { OptionGroup } from "./option.ts";
import type { Terminal } from "./terminal.ts";

/** One thing the command does. */
export interface Subcommand {
  /** One line for the overview. */
  readonly summary: string;
  /** What stands behind its name, as in `MODEL INPUT... [options]`. */
  readonly usage: string;
  /** Its help in paragraphs, with an empty line between them. */
  readonly about: string;
  /** What it may be told; the command line is read by it. */
  readonly options: readonly OptionGroup[];
  run(given: Given, terminal: Terminal): Promise<void>;
}
