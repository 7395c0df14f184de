/** Files of concept statistics. */
import { statisticsFromBytes, StatisticsFormatError, type ConceptStatistics } from "@relprop/crp";
import { InputError, type Terminal } from "./terminal.ts";

/** Reads a file that `relprop collect` or `relprop merge` wrote. */
export async function readStatistics(path: string, terminal: Terminal): Promise<ConceptStatistics> {
  const bytes = await terminal.read(path);
  try {
    return statisticsFromBytes(bytes);
  } catch (error) {
    if (error instanceof StatisticsFormatError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** What statistics are of, by topic, for people to compare. */
export function topics({ nodes, top, about }: ConceptStatistics["settings"]): ReadonlyMap<string, string> {
  return new Map([["node", Object.keys(nodes).sort().join(", ")], ["top", `${top}`], ...Object.entries(about ?? {})]);
}

/** The first thing two statistics do not agree on, as `what "this", not "that"`; `undefined` if they agree. */
export function difference(
  found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>,
): string | undefined {
  for (const topic of new Set([...wanted.keys(), ...found.keys()])) {
    const [is, should] = [found, wanted].map((all) => all.get(topic) ?? "none");
    if (is !== should) return `${topic} "${is}", not "${should}"`;
  }
  return undefined;
}
