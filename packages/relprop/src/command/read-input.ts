/** Inputs people have, made to fit the model. */
import { decodeImage, ImageFormatError, imageToTensor, tensorToImage, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { ModelFormatError, preprocess, readNpy, type PreprocessOptions } from "@relprop/models";
import { Integers, ShapeError, type Layout, type Tensor, type Value } from "@relprop/tensor";
import { pictureLayout, valueFor, type PictureLayout } from "../picture-for.ts";
import { jpegDecoder } from "./jpeg.ts";
import { InputError, type Terminal } from "./terminal.ts";

/** An input as the model takes it, and the picture that it shows if it is one: resized and cropped, not normalised. */
export interface ReadInput {
  readonly path: string;
  readonly tensor: Value;
  readonly image: Image | undefined;
  /** Where its channels stand, if that is known. */
  readonly layout: Layout | undefined;
}

/** Reads a PNG, PPM, JPEG or NPY file for the first input of a model. */
export async function readInput(
  path: string, model: Model, terminal: Terminal, preprocessing: PreprocessOptions = {},
): Promise<ReadInput> {
  const bytes = await terminal.read(path);
  if (isNpy(bytes)) {
    const layout = model.layout(model.inputs[0]?.name ?? "") ?? preprocessing.layout;
    return { path, tensor: withBatch(readArray(path, bytes), model), image: undefined, layout };
  }
  const { shape } = model.inputs[0] ?? {};
  if (shape !== undefined && shape.length !== 4) {
    throw new InputError(`${path}: the model takes no image, but ${formatExtents(shape)}; give a .npy file`);
  }
  const decoder = { jpeg: jpegDecoder(path, terminal), orient: true };
  const decoded = await decodeImage(bytes, decoder).catch((error: unknown) => {
    if (error instanceof ImageFormatError) throw new InputError(`${path}: ${error.message}`, { cause: error });
    throw error;
  });
  const pictures = layoutFor(path, model, preprocessing);
  const pixels = imageToTensor(decoded, { channels: pictures.channels });
  const { mean, std, layout: _, ...geometry } = preprocessing;
  const seen = preprocess(pixels, { ...geometry, layout: "channelsFirst" });
  checkExtents(path, seen.shape, pictures, geometry);
  const image = seen === pixels ? decoded : tensorToImage(seen);
  const isBytes = model.inputs[0]!.type !== undefined;
  const values = preprocess(seen, isBytes ? BYTES : { mean, std, layout: "channelsFirst" });
  return { path, tensor: valueFor(model, values, pictures.layout), image, layout: pictures.layout };
}

/** Where the model has channels, or the option `--layout`. */
function layoutFor(path: string, model: Model, { layout }: PreprocessOptions): PictureLayout {
  try {
    return pictureLayout(model, layout);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const message = error.message.replace(/^explain: /, "").replace("the option layout", "the option --layout");
    throw new InputError(`${path}: ${message}`, { cause: error });
  }
}

/** From values between 0 and 1 to those of bytes. */
const BYTES: PreprocessOptions = { std: [1 / 255], layout: "channelsFirst" };

/** Throws an `InputError` for a picture of a size that the model does not take. */
function checkExtents(
  path: string, [, , rows, columns]: readonly number[], { height, width }: PictureLayout,
  { resize, crop }: PreprocessOptions,
): void {
  if ((height ?? rows) === rows && (width ?? columns) === columns) return;
  const hint = resize === undefined && crop === undefined ? " (--preprocess imagenet resizes and crops)" : "";
  throw new InputError(
    `${path}: takes an image of ${width ?? "any"} × ${height ?? "any"} pixels, got ${columns} × ${rows}${hint}`,
  );
}

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
function withBatch(tensor: Tensor, model: Model): Value {
  const { shape: { length: rank } = { length: undefined }, type } = model.inputs[0] ?? {};
  const shape = rank !== undefined && tensor.shape.length === rank - 1 ? [1, ...tensor.shape] : tensor.shape;
  return type === undefined ? tensor.reshape(shape) : new Integers(shape, Float64Array.from(tensor.data), type);
}

function formatExtents(shape: readonly (number | undefined)[]): string {
  return `[${shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ")}]`;
}
