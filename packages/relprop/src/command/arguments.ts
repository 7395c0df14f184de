/** Command lines, by the platform's own parser. */
import { parseArgs } from "node:util";
import { didYouMean } from "../did-you-mean.ts";
import type { Option } from "./option.ts";
import { UsageError } from "./terminal.ts";

/** What was given. */
export interface Given {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  on(name: string): boolean;
  list(name: string): readonly string[];
}

/** Reads a command line; throws a `UsageError` for options that do not exist or lack their value. */
export function readArguments(args: readonly string[], options: readonly Option[]): Given {
  const kinds = Object.fromEntries(options.map(({ name, value, repeats = false }) => [
    name, { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple: repeats },
  ]));
  const { values, positionals } = parsed(args, kinds);
  return {
    positionals,
    text: (name) => values[name] as string | undefined,
    on: (name) => values[name] === true,
    list: (name) => (values[name] as readonly string[] | undefined) ?? [],
  };
}

type ArgumentOptions = Parameters<typeof parseArgs>[0]["options"];

function parsed(args: readonly string[], options: ArgumentOptions): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const [first] = (error as Error).message.replaceAll("\n", " ").split(". ");
    const names = Object.keys(options).map((name) => `--${name}`);
    const [, mistyped = ""] = /^Unknown option '(--[^']*)'/.exec((error as Error).message) ?? [];
    const meant = didYouMean(mistyped, names);
    throw new UsageError(`${first}${meant === "" ? `; it takes ${names.join(", ")}` : meant}`);
  }
}

/** A whole number >= `least`, or a `UsageError`. */
export function wholeNumber(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least) {
    throw new UsageError(`--${name} takes a whole number >= ${least}, got "${text}"`);
  }
  return value;
}
