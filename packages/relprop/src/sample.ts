/** Whatever people have, as the first input of a model. */
import { decodeImage, type DecodeImageOptions, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { readNpy, type ByteSource } from "@relprop/models";
import {
  checkKind, Integers, ShapeError, Tensor, tensor, type Layout, type NestedNumbers, type Value,
} from "@relprop/tensor";
import { bytesOf, isByteSource } from "./bytes-of.ts";
import { fitPicture, type FitOptions } from "./fit-picture.ts";
import { hostDecoder } from "./host.ts";
import { fileAt, isPlace, type FilePlace } from "./host-files.ts";

/** An input: a picture or an array in a file's bytes, pixels, numbers in lists, or what the model itself takes. */
export type Input = ByteSource | Image | Value | NestedNumbers;

/** An input as the model takes it, and the picture that it shows if it is one: resized and cropped, not normalised. */
export interface Sample {
  readonly value: Value;
  readonly image: Image | undefined;
  /** Where its channels stand, if that is known. */
  readonly layout: Layout | undefined;
}

/** Reads an input for a model; throws a `TypeError` for what is none, errors of its parts for what does not fit. */
export async function readSample(
  who: string, model: Model, given: Input | FilePlace, fit: FitOptions = {}, decoding: DecodeImageOptions = {},
): Promise<Sample> {
  const isText = model.inputs[0]?.type !== undefined;
  const input = isPlace(given) ? await fileAt(who, given, isText ? "; explainText takes texts" : "") : given;
  if (isByteSource(input)) {
    const bytes = await bytesOf(who, input);
    if (isNpy(bytes)) return asSample(model, readNpy(bytes).tensor(), fit);
    checkTakesPictures(who, model);
    const host = hostDecoder();
    const own = host === undefined ? {} : { jpeg: host, decoder: host, orient: false };
    const image = await decodeImage(bytes, decoding.jpeg === undefined ? { ...decoding, ...own } : decoding);
    return fitPicture(who, model, image, fit);
  }
  if (isImage(input)) {
    checkTakesPictures(who, model);
    return fitPicture(who, model, input, fit);
  }
  if (input instanceof Tensor || input instanceof Integers) return asSample(model, input, fit);
  if (typeof input === "number" || isNumbers(input)) return asSample(model, numbers(who, model, input), fit);
  const takes = "a PNG, PPM, JPEG or .npy file (its path or bytes), pixels, numbers in lists, or a tensor";
  checkKind(who, takes, input, false);
}

/** Whether bytes are those of an array in NumPy's format. */
export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

/** The value with its batch axis and in the type of the model's first input. */
export function withBatch(value: Value, model: Model): Value {
  const { shape: { length: rank } = { length: undefined }, type } = model.inputs[0] ?? {};
  // A model that states no shape takes batches too; only a list can tell that it is a sample.
  const isSample = value.shape.length === (rank === undefined ? 1 : rank - 1);
  const shape = isSample ? [1, ...value.shape] : value.shape;
  if (value instanceof Integers) return new Integers(shape, value.data, value.type);
  return type === undefined ? value.reshape(shape) : new Integers(shape, Float64Array.from(value.data), type);
}

/** What an array's values would mean for a network that was trained on smaller ones; `undefined` if nothing is odd. */
export function oddRange(model: Model, value: Value): string | undefined {
  const { shape } = value;
  const isPicture = shape.length === 4 && [shape[1], shape[3]].some((extent) => extent === 1 || extent === 3);
  if (!(value instanceof Tensor) || !isPicture || scalesItself(model)) return undefined;
  const low = value.data.reduce((least, each) => Math.min(least, each), Infinity);
  const high = value.data.reduce((most, each) => Math.max(most, each), -Infinity);
  if (!(low >= 0 && high > 32 && high <= 255)) return undefined;
  const most = Number(high.toPrecision(4));
  return `the input goes up to ${most}, as bytes do: if the network was trained on values from 0 to 1, divide by 255`;
}

/** Whether a network begins by scaling or normalising what it is given. */
function scalesItself({ nodes, inputs }: Model): boolean {
  const readers = nodes.filter(({ inputs: read }) => read.includes(inputs[0]!.name));
  return readers.some(({ layer }) => layer.kind === "Scale" || layer.role === "normalization");
}

function asSample(model: Model, value: Value, { layout }: FitOptions): Sample {
  return { value: withBatch(value, model), image: undefined, layout: model.layout(model.inputs[0]!.name) ?? layout };
}

function checkTakesPictures(who: string, { inputs: [input] }: Model): void {
  const shape = input?.shape;
  if (shape === undefined || shape.length === 4) return;
  const extents = shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ");
  throw new ShapeError(`${who}: takes no picture, but [${extents}] as this model does: give numbers or a .npy file`);
}

function isImage(input: unknown): input is Image {
  return typeof input === "object" && input !== null && "width" in input && "height" in input && "data" in input;
}

function isNumbers(input: unknown, levels = 64): input is Exclude<NestedNumbers, number> {
  const isList = Array.isArray(input) || (ArrayBuffer.isView(input) && !(input instanceof DataView));
  const isOther = (each: unknown): boolean => typeof each !== "number" && !isNumbers(each, levels - 1);
  return isList && levels > 0 && !(input as readonly unknown[]).some(isOther);
}

/** Numbers in the model's shape where only one fits: a list for `[N, C, L]` is its only channel. */
function numbers(who: string, model: Model, input: NestedNumbers): Tensor {
  const made = tensor(input);
  const { shape } = model.inputs[0] ?? {};
  if (shape === undefined || made.shape.length >= shape.length - 1 || made.shape.length !== 1) return made;
  const inner = shape.slice(1);
  const free = inner.flatMap((extent, axis) => (extent === undefined ? [axis] : []));
  const known = inner.reduce<number>((product, extent) => product * (extent ?? 1), 1);
  if (free.length > 1 || made.size % known !== 0 || (free.length === 0 && made.size !== known)) {
    const extents = shape.map((extent, axis) => extent ?? (axis === 0 ? "N" : "?")).join(", ");
    throw new ShapeError(`${who}: takes [${extents}], got a list of ${made.size} numbers`);
  }
  return made.reshape([1, ...inner.map((extent) => extent ?? made.size / known)]);
}
