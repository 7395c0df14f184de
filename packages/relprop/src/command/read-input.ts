/** Inputs in files, made to fit the model. */
import { decodeImage, ImageFormatError, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { ModelFormatError, readNpy } from "@relprop/models";
import { ShapeError, type Layout, type Value } from "@relprop/tensor";
import { fitPicture, isForPictures, type FitOptions } from "../fit-picture.ts";
import { isNpy, oddRange, withBatch } from "../sample.ts";
import { isTable, readTable } from "../table.ts";
import { photoDecoder } from "./photo-decoder.ts";
import { InputError, type Terminal } from "./terminal.ts";

/** An input as the model takes it, and the picture that it shows if it is one: resized and cropped, not normalised. */
export interface ReadInput {
  readonly path: string;
  readonly tensor: Value;
  readonly image: Image | undefined;
  /** Where its channels stand, if that is known. */
  readonly layout: Layout | undefined;
  /** Names of features, if the file has them. */
  readonly features?: readonly string[] | undefined;
  /** Names of features with what each is in a row, where rows are not of numbers alone. */
  readonly rows?: readonly (readonly string[])[] | undefined;
  /** What is odd about it. */
  readonly remarks: readonly string[];
}

/** Reads a PNG, PPM, JPEG, NPY or CSV file for the first input of a model. */
export async function readInput(
  path: string, model: Model, terminal: Terminal, fit: FitOptions = {},
): Promise<ReadInput> {
  const bytes = await terminal.read(path);
  try {
    const layout = model.layout(model.inputs[0]?.name ?? "") ?? fit.layout;
    const array = (value: Value): ReadInput => {
      checkUnfitted(path, fit);
      const odd = oddRange(model, value);
      return { path, tensor: value, image: undefined, layout, remarks: odd === undefined ? [] : [odd] };
    };
    if (isNpy(bytes)) return array(withBatch(readNpy(bytes).tensor(), model));
    if (isTable(path)) {
      const { rows, names } = readTable(new TextDecoder().decode(bytes));
      return { ...array(withBatch(rows, model)), features: names };
    }
    const { shape } = model.inputs[0] ?? {};
    if (shape !== undefined && shape.length !== 4) {
      throw new InputError(`the model takes no image, but ${formatExtents(shape)}; give a .npy or .csv file`);
    }
    const { maxPixels } = fit;
    const limit = maxPixels === undefined ? {} : { maxPixels };
    const decoded = await decodeImage(bytes, { ...photoDecoder(path, terminal), orient: true, ...limit });
    const { value, ...picture } = fitPicture("explain", model, decoded, fit);
    return { path, tensor: value, ...picture, remarks: [] };
  } catch (error) {
    throw inputError(path, error);
  }
}

/** Throws an `InputError` for an array that is to be made to fit as pictures are: it is given to the model as it is. */
export function checkUnfitted(path: string, fit: FitOptions): void {
  if (!isForPictures(fit)) return;
  const because = "arrays and tables go into the model as they are";
  throw new InputError(`${path}: takes no --preprocess, --size, --mean or --std: ${because}`);
}

/** What does not fit, with the name of the file and the options of the command line. */
function inputError(path: string, error: unknown): unknown {
  const known = [ShapeError, RangeError, ImageFormatError, ModelFormatError, InputError];
  if (!known.some((kind) => error instanceof kind)) return error;
  const message = (error as Error).message
    .replace(/^(explain|preprocess): /, "")
    .replace("the option layout", "the option --layout")
    .replace('preprocess "fit" resizes', "--preprocess fit resizes");
  return new InputError(message.startsWith(`${path}: `) ? message : `${path}: ${message}`, { cause: error });
}

function formatExtents(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
}
