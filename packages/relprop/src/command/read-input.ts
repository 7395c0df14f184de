/** Inputs people have, made to fit the model. */
import { decodeImage, ImageFormatError, imageToTensor, tensorToImage, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { ModelFormatError, preprocess, preprocessings, readNpy, type PreprocessOptions } from "@relprop/models";
import type { Tensor } from "@relprop/tensor";
import { didYouMean } from "./closest.ts";
import { jpegDecoder } from "./jpeg.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** An input as the model takes it, and the picture that it shows if it is one: resized and cropped, not normalised. */
export interface ReadInput {
  readonly path: string;
  readonly tensor: Tensor;
  readonly image: Image | undefined;
}

/** How pictures are preprocessed, by the name of a preset; throws a `UsageError` for one that does not exist. */
export function choosePreprocessing(name: string | undefined): PreprocessOptions | undefined {
  if (name === undefined) return undefined;
  if (!Object.hasOwn(preprocessings, name)) {
    const names = Object.keys(preprocessings);
    throw new UsageError(`--preprocess takes ${names.join(", ")}, got "${name}"${didYouMean(name, names)}`);
  }
  return preprocessings[name];
}

/** Reads a PNG, PPM, JPEG or NPY file for the first input of a model. */
export async function readInput(
  path: string, model: Model, terminal: Terminal, preprocessing: PreprocessOptions = {},
): Promise<ReadInput> {
  const bytes = await terminal.read(path);
  if (isNpy(bytes)) return { path, tensor: withBatch(readArray(path, bytes), model), image: undefined };
  const { shape } = model.inputs[0] ?? {};
  if (shape !== undefined && shape.length !== 4) {
    throw new InputError(`${path}: the model takes no image, but ${formatExtents(shape)}; give a .npy file`);
  }
  const decoder = { jpeg: jpegDecoder(path, terminal), orient: true };
  const decoded = await decodeImage(bytes, decoder).catch((error: unknown) => {
    if (error instanceof ImageFormatError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  });
  const pixels = imageToTensor(decoded, { channels: shape?.[1] === 1 ? 1 : 3 });
  const { mean, std, ...geometry } = preprocessing;
  const seen = preprocess(pixels, geometry);
  checkExtents(path, seen.shape, shape, geometry);
  const image = seen === pixels ? decoded : tensorToImage(seen);
  return { path, tensor: preprocess(seen, { mean, std }), image };
}

/** Throws an `InputError` for a picture of a size that the model does not take. */
function checkExtents(
  path: string, [, , rows, columns]: readonly number[], shape: OpenShape, { resize, crop }: PreprocessOptions,
): void {
  const [, , height, width] = shape ?? [];
  if ((height ?? rows) === rows && (width ?? columns) === columns) return;
  const hint = resize === undefined && crop === undefined ? " (--preprocess imagenet resizes and crops)" : "";
  throw new InputError(
    `${path}: takes an image of ${width ?? "any"} × ${height ?? "any"} pixels, got ${columns} × ${rows}${hint}`,
  );
}

type OpenShape = readonly (number | undefined)[] | undefined;

function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

function readArray(path: string, bytes: Uint8Array): Tensor {
  try {
    return readNpy(bytes).tensor();
  } catch (error) {
    if (!(error instanceof ModelFormatError)) throw error;
    throw new InputError(`${path}: ${error.message}`, { cause: error });
  }
}

/** Adds the batch axis where the file holds a single sample. */
function withBatch(tensor: Tensor, model: Model): Tensor {
  const rank = model.inputs[0]?.shape?.length;
  return rank !== undefined && tensor.shape.length === rank - 1 ? tensor.reshape([1, ...tensor.shape]) : tensor;
}

function formatExtents(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
}
