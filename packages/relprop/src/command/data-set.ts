/** Data sets on disk: the inputs in a folder, or the rows of one array. */
import type { Model } from "@relprop/layers";
import { readNpy } from "@relprop/models";
import { clone, formatShape, Tensor, type Shape, type Value } from "@relprop/tensor";
import type { FitOptions } from "../fit-picture.ts";
import { withBatch } from "../sample.ts";
import { isTable, readTable } from "../table.ts";
import { fingerprint } from "./fingerprint.ts";
import { filesBelow } from "./input-files.ts";
import { checkUnfitted, readInput } from "./read-input.ts";
import { InputError, type Terminal } from "./terminal.ts";

/** Samples that are numbered from 0 on. */
export interface DataSet {
  readonly size: number;
  /** Tells it from other data sets: how much there is, and a fingerprint of the names or of the array. */
  readonly about: string;
  /** What people find it by: its path, or the row of the array. */
  name(id: number): string;
  /** `[1, …]` */
  read(id: number): Promise<Value>;
}

const READABLE = /\.(png|ppm|pgm|jpe?g|npy)$/i;
/** Files with a sample a row. */
const ROWS = /\.(npy|csv|tsv)$/i;

/**
 * Opens a folder of PNG, PPM, JPEG and NPY files, in folders of classes too, numbered by name, or a `.npy` file or a
 * table (`.csv`), numbered by rows.
 */
export function openDataSet(
  path: string, model: Model, terminal: Terminal, preprocessing?: FitOptions,
): Promise<DataSet> {
  return ROWS.test(path) ? rows(path, model, terminal, preprocessing) : folder(path, model, terminal, preprocessing);
}

async function folder(
  path: string, model: Model, terminal: Terminal, preprocessing: FitOptions | undefined,
): Promise<DataSet> {
  const above = path.replace(/(?<=.)[\\/]+$/, "");
  const names = (await filesBelow(above, terminal, READABLE)).map((file) => file.slice(above.length + 1));
  if (names.length === 0) throw new InputError(`${path}: takes a folder with .png, .ppm, .jpg or .npy files, got none`);
  const name = (id: number): string => `${above}/${names[id]}`;
  return {
    size: names.length,
    about: `${names.length} files ${fingerprint(names.join("\n"))}`,
    name,
    read: async (id) => {
      const file = name(id);
      const { tensor } = await readInput(file, model, terminal, preprocessing);
      if (tensor.shape[0] !== 1) {
        throw new InputError(`${file}: takes one sample a file in a folder, got ${formatShape(tensor.shape)}`);
      }
      return tensor;
    },
  };
}

async function rows(
  path: string, model: Model, terminal: Terminal, preprocessing: FitOptions | undefined,
): Promise<DataSet> {
  if (preprocessing !== undefined) checkUnfitted(path, preprocessing);
  const bytes = await terminal.read(path);
  const all = withBatch(isTable(path) ? tableOf(path, bytes) : readNpy(bytes).tensor(), model);
  checkRows(path, all.shape, model);
  const name = (id: number): string => `row ${id} of ${path}`;
  return {
    size: all.shape[0] ?? 0,
    about: `${all.shape[0] ?? 0} rows ${fingerprint(bytes)}`,
    name,
    read: async (id) => (all instanceof Tensor ? clone(all.rows(id, id + 1)) : Promise.reject(
      new InputError(`${name(id)}: takes inputs of floats, got whole numbers`),
    )),
  };
}

/** Throws an `InputError` for samples that the model's first input does not take, as far as it says what it takes. */
function checkRows(path: string, got: Shape, { inputs: [input] }: Model): void {
  const takes = input?.shape;
  if (takes === undefined) return;
  const fits = got.length === takes.length && got.every((extent, i) => i === 0 || (takes[i] ?? extent) === extent);
  if (fits) return;
  const wanted = takes.map((extent, i) => (i === 0 ? "N" : (extent ?? "?"))).join(", ");
  const says = `takes samples [${wanted}], with the first axis counting them`;
  throw new InputError(`${path}: ${says}, got ${formatShape(got)}`);
}

function tableOf(path: string, bytes: Uint8Array): Tensor {
  try {
    return readTable(new TextDecoder().decode(bytes)).rows;
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
