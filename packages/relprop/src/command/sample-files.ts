/** Inputs named on the command line, files and folders, as numbered samples. */
import { constant, tokens, type FlippingOptions, type Sample } from "@relprop/evaluate";
import type { Model } from "@relprop/layers";
import type { Target } from "@relprop/lrp";
import { clone, Integers, Tensor, type Value } from "@relprop/tensor";
import type { FitOptions } from "../fit-picture.ts";
import { textInputs } from "../text-inputs.ts";
import { finite } from "./finite.ts";
import { inputFiles } from "./input-files.ts";
import { readInput } from "./read-input.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { isTexts, readTextFile } from "./text-file.ts";

/** What is read, and what that asks of how it is hidden. */
export interface SampleFiles {
  readonly samples: readonly Sample[];
  /** Units and imputer of token ids, and the layout that was given, unless others are chosen. */
  readonly usual: Pick<FlippingOptions, "units" | "imputer" | "layout">;
}

/** How samples are read. */
export interface SampleFilesOptions {
  readonly preprocessing?: FitOptions;
  readonly target?: Target | undefined;
  /** Of texts. */
  readonly tokenizer?: string | undefined;
}

/** Reads all of them: pictures, the rows of arrays and tables, the lines of texts; a folder is what is below it. */
export async function readSamples(
  paths: readonly string[], model: Model, terminal: Terminal, options: SampleFilesOptions = {},
): Promise<SampleFiles> {
  const { preprocessing, target, tokenizer } = options;
  const asked = target === undefined ? {} : { target };
  if (paths.some(isTexts)) {
    if (paths.length > 1) throw new UsageError(`takes one file of texts, got ${paths.join(", ")}`);
    return readTextSamples(paths[0]!, model, terminal, tokenizer, asked);
  }
  if (tokenizer !== undefined) throw new UsageError(`--tokenizer takes a .txt or .jsonl file, got ${paths.join(", ")}`);
  const inputs: Value[] = [];
  for (const path of await inputFiles(paths, terminal)) {
    const { tensor } = await readInput(path, model, terminal, preprocessing);
    const [count = 1] = tensor.shape;
    for (let row = 0; row < count; row++) {
      inputs.push(count === 1 ? finite(path, tensor) : finite(`${path}, row ${row}`, rowOf(tensor, row)));
    }
  }
  const layout = preprocessing?.layout;
  const samples = inputs.map((input, id) => ({ id, input, ...asked }));
  return { samples, usual: layout === undefined ? {} : { layout } };
}

function rowOf(all: Value, row: number): Value {
  if (all instanceof Tensor) return clone(all.rows(row, row + 1));
  const [count = 1, ...rest] = all.shape;
  const each = all.size / count;
  return new Integers([1, ...rest], all.data.slice(row * each, (row + 1) * each), all.type);
}

async function readTextSamples(
  path: string, model: Model, terminal: Terminal, chosen: string | undefined, asked: Pick<Sample, "target">,
): Promise<SampleFiles> {
  const { texts, special, tokenizer } = await readTextFile(path, chosen, terminal);
  const keep = new Set(special);
  const samples = texts.map((text, id): Sample => {
    const { values, ids, length } = textInputs(`${path}: line ${id + 1}`, model, text);
    if (model.inputs[0]!.name !== ids || !(values[0] instanceof Integers)) {
      throw new InputError(`${path}: takes models whose first input are token ids, got "${model.inputs[0]!.name}"`);
    }
    if (length > text.ids.length) keep.add(0);
    return { id, input: values, ...asked };
  });
  const hidden = tokenizer?.hidden;
  return {
    samples,
    usual: { units: tokens({ keep: [...keep] }), ...(hidden !== undefined && { imputer: constant(hidden) }) },
  };
}
