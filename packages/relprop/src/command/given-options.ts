/** Options that stand in a file, read as if they stood on the command line. */
import type { Given } from "./arguments.ts";

/** The options of `relprop explain` that say what is computed. */
export const explainingOptions: readonly string[] = [
  "composite", "bias", "sums", "box", "method", "target", "against", "preprocess", "size", "mean", "std", "layout",
  "head",
];

/** Those and what else a manifest holds. */
export const manifestNames: readonly string[] = [
  ...explainingOptions, "shape", "bind", "text", "ids", "tokenizer", "position",
];

/** Options by name: what a command line gave, or all that it gave where an option may be repeated. */
export type WrittenOptions = Readonly<Record<string, string | readonly string[]>>;

/** Those of `manifestNames` that were given. */
export function writtenOptions(given: Given): WrittenOptions {
  return Object.fromEntries(manifestNames.flatMap((name) => {
    const value = REPEATED.has(name) ? given.list(name) : given.text(name);
    return value === undefined || value.length === 0 ? [] : [[name, value]];
  }));
}

/** Whether a value is of the kind that an option has. */
export function isOption(name: string, value: unknown): boolean {
  const isText = (each: unknown): boolean => typeof each === "string";
  return REPEATED.has(name) ? Array.isArray(value) && value.every(isText) : isText(value);
}

const REPEATED: ReadonlySet<string> = new Set(["shape", "bind"]);

/** Options by name, as a command line would give them. */
export function givenOptions(options: WrittenOptions): Given {
  const found = (name: string): string | readonly string[] | undefined =>
    (Object.hasOwn(options, name) ? options[name] : undefined);
  return {
    positionals: [],
    text: (name) => {
      const value = found(name);
      return typeof value === "string" ? value : undefined;
    },
    on: () => false,
    list: (name) => {
      const value = found(name);
      return typeof value === "object" ? value : [];
    },
  };
}
