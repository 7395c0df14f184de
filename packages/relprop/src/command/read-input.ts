/** Inputs people have, made to fit the model. */
import { decodeImage, ImageFormatError, imageToTensor, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { preprocess, preprocessings, readNpy, type PreprocessOptions } from "@relprop/models";
import type { Tensor } from "@relprop/tensor";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** An input as the model takes it, and the picture it came from if it was one. */
export interface ReadInput {
  readonly path: string;
  readonly tensor: Tensor;
  readonly image: Image | undefined;
}

/** How pictures are preprocessed, by the name of a preset; throws a `UsageError` for one that does not exist. */
export function choosePreprocessing(name: string | undefined): PreprocessOptions | undefined {
  if (name === undefined) return undefined;
  if (!Object.hasOwn(preprocessings, name)) {
    throw new UsageError(`--preprocess takes ${Object.keys(preprocessings).join(", ")}, got "${name}"`);
  }
  return preprocessings[name];
}

/** Reads a PNG, PPM or NPY file for the first input of a model. */
export async function readInput(
  path: string, model: Model, terminal: Terminal, preprocessing?: PreprocessOptions,
): Promise<ReadInput> {
  const bytes = await terminal.read(path);
  if (isNpy(bytes)) return { path, tensor: withBatch(readNpy(bytes).tensor(), model), image: undefined };
  const image = await decodeImage(bytes).catch((error: unknown) => {
    if (error instanceof ImageFormatError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  });
  const [, channels, height, width] = model.inputs[0]?.shape ?? [];
  if (model.inputs[0]?.shape !== undefined && model.inputs[0].shape.length !== 4) {
    throw new InputError(
      `${path}: the model takes no image, but ${formatExtents(model.inputs[0].shape)}; give a .npy file`,
    );
  }
  const pixels = imageToTensor(image, { channels: channels === 1 ? 1 : 3 });
  const tensor = preprocessing === undefined ? pixels : preprocess(pixels, preprocessing);
  const [, , rows, columns] = tensor.shape;
  if ((height ?? rows) !== rows || (width ?? columns) !== columns) {
    const hint = preprocessing === undefined ? " (--preprocess resizes)" : "";
    throw new InputError(
      `${path}: takes an image of ${width ?? "any"} × ${height ?? "any"} pixels, got ${columns} × ${rows}${hint}`,
    );
  }
  return { path, tensor, image };
}

function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

/** Adds the batch axis where the file holds a single sample. */
function withBatch(tensor: Tensor, model: Model): Tensor {
  const rank = model.inputs[0]?.shape?.length;
  return rank !== undefined && tensor.shape.length === rank - 1 ? tensor.reshape([1, ...tensor.shape]) : tensor;
}

function formatExtents(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
}
