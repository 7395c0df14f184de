/** How a MODEL is read, for every subcommand that takes one. */
import type { Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import type { ReadModelOptions } from "../read-model.ts";

/** The options of every subcommand that reads a MODEL. */
export const modelOptions: readonly Option[] = [];

/** What they say. */
export function chooseReading(_given: Given): ReadModelOptions {
  return {};
}
