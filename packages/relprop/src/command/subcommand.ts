/** What every subcommand is. */
import type { Terminal } from "./terminal.ts";

/** One thing the command does. */
export interface Subcommand {
  /** One line for the overview. */
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}
