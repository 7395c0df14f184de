/** Options that stand in a file, read as if they stood on the command line. */
import type { Given } from "./arguments.ts";

/** The options of `relprop explain` that say what is computed. */
export const explainingOptions: readonly string[] = [
  "composite", "bias", "box", "method", "target", "against", "preprocess", "size", "mean", "std", "layout", "head",
];

/** Options by name, as a command line would give them. */
export function givenOptions(options: Readonly<Record<string, string>>): Given {
  return {
    positionals: [],
    text: (name) => (Object.hasOwn(options, name) ? options[name] : undefined),
    on: () => false,
    list: () => [],
  };
}
