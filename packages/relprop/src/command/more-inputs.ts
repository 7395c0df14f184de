/** What a model reads besides its INPUT: `--input NAME=FILE`. */
import { Model } from "@relprop/layers";
import type { Inputs } from "@relprop/lrp";
import type { Value } from "@relprop/tensor";
import type { FitOptions } from "../fit-picture.ts";
import type { Given } from "./arguments.ts";
import type { Option } from "./option.ts";
import { readInput } from "./read-input.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** `--input NAME=FILE` */
export const moreInputs: Option = {
  name: "input", value: "NAME=FILE", repeats: true,
  help: "what a model with several inputs reads besides INPUT, which is the first that is not named so",
};

/** The values of inputs by name, and the model whose first input is none of them. */
export interface Others {
  readonly model: Model;
  readonly values: ReadonlyMap<string, Value>;
}

/** Reads what is given by name. Throws a `UsageError` or `InputError` for names and files that do not fit. */
export async function readOthers(given: Given, model: Model, terminal: Terminal, fit: FitOptions): Promise<Others> {
  const files = new Map(given.list("input").map((word): [string, string] => {
    const name = model.inputs.map((input) => input.name).find((each) => word.startsWith(`${each}=`));
    if (name !== undefined) return [name, word.slice(name.length + 1)];
    const names = model.inputs.map((input) => input.name).join(", ");
    throw new UsageError(`--input takes one of ${names}, = and a file, got "${word}"`);
  }));
  const left = model.inputs.filter(({ name }) => !files.has(name));
  if (left.length !== 1) {
    const names = (left.length === 0 ? model.inputs : left.slice(1)).map(({ name }) => `--input ${name}=FILE`);
    const takes = left.length === 0 ? "an input that is left for INPUT" : names.join(" ");
    throw new InputError(`the model has ${model.inputs.length} inputs, give ${takes}, or a table of columns`);
  }
  const values = new Map<string, Value>();
  for (const [name, path] of files) {
    values.set(name, (await readInput(path, startingWith(model, name), terminal, fit)).tensor);
  }
  return { model: startingWith(model, left[0]!.name), values };
}

/** What is analysed: the value alone, or all by name. */
export function together(value: Value, { model, values }: Others): Inputs {
  return values.size === 0 ? value : Object.fromEntries([[model.inputs[0]!.name, value], ...values]);
}

/** The model with this input first: relevance is that of the first. */
function startingWith(model: Model, name: string): Model {
  if (model.inputs[0]!.name === name) return model;
  const { inputs, nodes, outputs, limits, remarks } = model;
  const sorted = inputs.toSorted((a, b) => Number(b.name === name) - Number(a.name === name));
  return new Model({ inputs: sorted, nodes, outputs, limits, remarks });
}
