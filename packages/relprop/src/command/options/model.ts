/** How a MODEL is read, for every subcommand that takes one. */
import type { Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import type { ReadModelOptions } from "../read-model.ts";
import { UsageError } from "../terminal.ts";

/** The options of every subcommand that reads a MODEL. */
export const modelOptions: readonly Option[] = [
  {
    name: "shape", value: "INPUT=EXTENTS", repeats: true,
    help: "extents that the file leaves free, as in x=?x3x224x224; ? leaves one free",
  },
  {
    name: "bind", value: "INPUT=NUMBERS", repeats: true,
    help: "makes an input a constant, as in sr=16000 or scale=1,0.5",
  },
  {
    name: "head", value: "NAME",
    help: "the output where there are several, or the node or value of the file at which the network is to end",
  },
];

/** What they say. */
export function chooseReading(given: Given): ReadModelOptions {
  const head = given.text("head");
  return {
    shapes: Object.fromEntries(given.list("shape").map((text) => named("shape", text, extents))),
    bind: Object.fromEntries(given.list("bind").map((text) => named("bind", text, numbers))),
    ...(head === undefined ? {} : { outputs: [head] }),
  };
}

/** What stands before the last `=` and what the text behind it means: names may have one of their own. */
function named<Value>(
  option: string, text: string, read: (text: string, option: string) => Value,
): readonly [name: string, value: Value] {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new UsageError(`--${option} takes the name of an input, = and a value, got "${text}"`);
  return [text.slice(0, at), read(text.slice(at + 1), option)];
}

function extents(text: string, option: string): readonly (number | undefined)[] {
  return text.split("x").map((part) => {
    if (part === "?") return undefined;
    if (!/^[1-9]\d*$/.test(part)) throw new UsageError(`--${option} takes extents such as ?x3x224x224, got "${text}"`);
    return Number(part);
  });
}

function numbers(text: string, option: string): number | readonly number[] {
  const list = text.split(",").map((part) => {
    const number = part === "true" ? 1 : part === "false" ? 0 : Number(part);
    if (part.trim() === "" || Number.isNaN(number)) {
      throw new UsageError(`--${option} takes numbers such as 16000 or 1,0.5, got "${text}"`);
    }
    return number;
  });
  return list.length === 1 ? list[0]! : list;
}
