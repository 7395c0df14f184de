/** `relprop merge`: shards of statistics, added up. */
import { statisticsToBytes, type ConceptStatistics } from "@relprop/crp";
import { group } from "./option.ts";
import { forceOption, jsonOption } from "./options/output.ts";
import { difference, readStatistics, topics } from "./statistics-file.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError } from "./terminal.ts";
import { visible } from "./visible.ts";

/** `relprop merge STATISTICS... --output FILE` */
export const merge: Subcommand = {
  summary: "adds up the statistics that relprop collect found in parts of a data set",
  usage: "STATISTICS... --output FILE [options]",
  about: "Adds up what relprop collect found in parts of one data set, in any order and grouping: the result is the " +
    "same, byte for byte, as that of one pass. Refuses parts that overlap, or that are of different models, rules " +
    "or data.",
  options: [group([
    { name: "output", value: "FILE", writes: true, help: "where the sum goes" }, forceOption, jsonOption,
  ])],
  async run(given, terminal) {
    const [first, ...others] = given.positionals;
    const output = given.text("output");
    if (first === undefined) throw new UsageError("takes at least one file of statistics, got none");
    if (output === undefined) throw new UsageError("takes an --output for the sum, got none");
    let all = await readStatistics(first, terminal);
    for (const path of others) all = both(all, await readStatistics(path, terminal), path);
    await terminal.write(output, statisticsToBytes(all));
    const { samples } = all;
    terminal.print(given.on("json")
      ? `${JSON.stringify({ output, samples: samples.size, missing: missing(all) })}\n`
      : `wrote ${visible(output)}: ${samples.size} samples${gaps(all)}\n`);
  },
};

function both(all: ConceptStatistics, next: ConceptStatistics, path: string): ConceptStatistics {
  const differs = difference(topics(next.settings), topics(all.settings));
  if (differs !== undefined) throw new InputError(`${path}: takes statistics of one thing, got ${differs}`);
  try {
    return all.merge(next);
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Which samples lie between those that are there. */
function missing({ samples: { ranges } }: ConceptStatistics): readonly (readonly [first: number, last: number])[] {
  const between = ranges.slice(1).map(([first], i) => [ranges[i]![1] + 1, first - 1] as const);
  if ((ranges[0]?.[0] ?? 0) > 0) between.unshift([0, ranges[0]![0] - 1]);
  return between;
}

function gaps(all: ConceptStatistics): string {
  const between = missing(all).map(([first, last]) => `${first} to ${last}`);
  return between.length === 0 ? "" : `, without ${between.join(", ")}`;
}
