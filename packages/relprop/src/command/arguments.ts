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
  const { values, positionals } = parsed(args, kinds, options);
  const isGiven = (name: string): boolean => values[name] !== undefined;
  for (const { name, needs } of options) {
    if (isGiven(name) && needs?.some(isGiven) === false) {
      throw new UsageError(`--${name} takes --${needs[0]!} beside it, got none`);
    }
  }
  return {
    positionals,
    text: (name) => values[name] as string | undefined,
    on: (name) => values[name] === true,
    list: (name) => (values[name] as readonly string[] | undefined) ?? [],
  };
}

type ArgumentOptions = Parameters<typeof parseArgs>[0]["options"];

function parsed(
  args: readonly string[], kinds: ArgumentOptions, options: readonly Option[],
): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({ args, options: kinds, allowPositionals: true, strict: true });
  } catch (error) {
    const { message } = error as Error;
    const [, named] = /^Option '(?:-\w, )?--([\w-]+)/.exec(message) ?? [];
    const known = options.find(({ name }) => name === named);
    if (known !== undefined) throw new UsageError(valueSaid(known));
    const [first] = message.replaceAll("\n", " ").split(". ");
    const names = options.map(({ name }) => `--${name}`);
    const [, mistyped = ""] = /^Unknown option '(--[^']*)'/.exec(message) ?? [];
    const meant = didYouMean(mistyped, names);
    throw new UsageError(`${first}${meant === "" ? `; it takes ${names.join(", ")}` : meant}`);
  }
}

/** What an option takes behind it, for whoever gave it none, gave a switch something, or began it with a dash. */
function valueSaid({ name, value }: Option): string {
  if (value === undefined) return `--${name} takes no value behind it, got one`;
  return `--${name} takes ${value} behind it, got none; what begins with a dash stands as in --${name}=-1`;
}

/** The one path that a subcommand takes; throws a `UsageError` for others behind it. */
export function onlyPath({ positionals: [path, ...more] }: Given, what: string): string | undefined {
  if (more.length > 0) throw new UsageError(`takes one ${what}, got "${more[0]!}" as well`);
  return path;
}

/** A whole number >= `least`, or a `UsageError`. */
export function wholeNumber(name: string, text: string, least = 0): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least) {
    throw new UsageError(`--${name} takes a whole number >= ${least}, got "${text}"`);
  }
  return value;
}
