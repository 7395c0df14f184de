/** Inputs named on the command line, files and folders, as numbered samples. */
import type { Sample } from "@relprop/evaluate";
import type { Model } from "@relprop/layers";
import type { PreprocessOptions } from "@relprop/models";
import type { Target } from "@relprop/lrp";
import { readInput, type ReadInput } from "./read-input.ts";
import { InputError, type Terminal } from "./terminal.ts";

const READABLE = /\.(png|ppm|pgm|jpe?g|npy)$/i;

/** A sample with what was read of it. */
export interface SampleFile extends Sample {
  readonly read: ReadInput;
}

/** Reads all of them; a folder stands for what is in it, by name. */
export async function readSamples(
  paths: readonly string[], model: Model, terminal: Terminal, preprocessing?: PreprocessOptions, target?: Target,
): Promise<readonly SampleFile[]> {
  const files = (await Promise.all(paths.map(async (path) => {
    if (READABLE.test(path)) return [path];
    const names = (await terminal.list(path)).filter((name) => READABLE.test(name)).sort();
    if (names.length === 0) throw new InputError(
      `${path}: takes a folder with .png, .ppm, .jpg or .npy files, got none`,
    );
    return names.map((name) => `${path.replace(/[\\/]$/, "")}/${name}`);
  }))).flat();
  const samples: SampleFile[] = [];
  for (const [id, path] of files.entries()) {
    const read = await readInput(path, model, terminal, preprocessing);
    const [count] = read.tensor.shape;
    if (count !== 1) throw new InputError(`${path}: takes one sample a file, got ${count}`);
    const sample: SampleFile = { id, input: read.tensor, read, ...(target === undefined ? {} : { target }) };
    samples.push(sample);
  }
  return samples;
}
