/** The `relprop` command: one word per thing to do. */
import { ImageFormatError } from "@relprop/heatmap";
import { ModelCheckError, RuleError } from "@relprop/lrp";
import { ModelFormatError } from "@relprop/models";
import { ShapeError } from "@relprop/tensor";
import { readArguments } from "./arguments.ts";
import { audit } from "./audit.ts";
import { bench } from "./bench.ts";
import { check } from "./check.ts";
import { didYouMean } from "../did-you-mean.ts";
import { collect } from "./collect.ts";
import { compare } from "./compare.ts";
import { concepts } from "./concepts.ts";
import { explain } from "./explain.ts";
import { inspect } from "./inspect.ts";
import { merge } from "./merge.ts";
import { helpPage, optionsOf, wrapWords } from "./option.ts";
import { checkWritten } from "./output-file.ts";
import { rules } from "./rules.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { test } from "./test.ts";
import { tune } from "./tune.ts";
import { verify } from "./verify.ts";
import { view } from "./view.ts";
import { quiet, visible } from "./visible.ts";

const subcommands: Readonly<Record<string, Subcommand>> = {
  explain, view, compare, tune, audit, test, verify, concepts, collect, merge, inspect, rules, check, bench,
};

/** Runs the command line `args` and returns the exit code: 0, 1 for input that cannot be used, 2 for a wrong call. */
export async function main(args: readonly string[], host: Terminal): Promise<number> {
  const [word, ...rest] = args;
  const terminal = quiet(host);
  try {
    if (word === undefined || word === "--help" || word === "-h" || word === "help") {
      terminal.print(overview(terminal.columns));
      return word === undefined ? 2 : 0;
    }
    if (word === "--version" || word === "-v" || word === "version") {
      terminal.print(`relprop ${await terminal.version()}\n`);
      return 0;
    }
    const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
    if (subcommand === undefined) {
      const names = Object.keys(subcommands);
      throw new UsageError(`takes one of ${names.join(", ")}, got "${word}"${didYouMean(word, names)}`);
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      const { usage, about, options } = subcommand;
      terminal.print(`${helpPage(`relprop ${word} ${usage}`, about, options, terminal.columns)}\n`);
      return 0;
    }
    const options = optionsOf(subcommand.options);
    const given = readArguments(rest, options);
    await checkWritten(options, given, terminal);
    await subcommand.run(given, terminal);
    return 0;
  } catch (error) {
    const who = word !== undefined && Object.hasOwn(subcommands, word) ? `relprop ${word}` : "relprop";
    terminal.complain(`${who}: ${sentence(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

const EXPECTED = [
  InputError, UsageError, ModelFormatError, ImageFormatError, ShapeError, RuleError, RangeError,
];

/** What went wrong, for people: never a stack trace. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return visible(String(error));
  if (error instanceof ModelCheckError) return error.message.split("\n").map(visible).join("\n");
  if (EXPECTED.some((kind) => error instanceof kind)) return visible(error.message);
  return `${visible(error.message)} (this should not happen; please report it)`;
}

function overview(columns: number): string {
  const names = Object.keys(subcommands);
  const indent = names.reduce((most, { length }) => Math.max(most, length), 0) + 4;
  const lines = names.flatMap((name) => wrapWords(subcommands[name]!.summary, Math.max(20, columns - indent))
    .map((part, i) => (i === 0 ? `  ${name}` : "").padEnd(indent) + part));
  return [
    ...wrapWords("relprop: why a neural network said what it said", columns),
    "",
    ...lines,
    "",
    ...wrapWords("relprop NAME --help tells more about each, relprop --version which this is.", columns),
    "",
  ].join("\n");
}
