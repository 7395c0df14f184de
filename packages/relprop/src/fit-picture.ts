/** Pictures made to fit a model: resized, cropped and normalised to what it takes. */
import { imageToTensor, tensorToImage, type Image } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import { preprocess, preprocessings, type PreprocessOptions } from "@relprop/models";
import { ShapeError, type Layout, type Tensor, type Value } from "@relprop/tensor";
import { didYouMean } from "./did-you-mean.ts";
import { pictureLayout, valueFor, type PictureLayout } from "./picture-layout.ts";

/** How pictures are made to fit: by name, or in detail. */
export interface FitOptions extends PreprocessOptions {
  /** Resize until this is covered, and cut what is beyond: one extent for both, or `[height, width]`. */
  readonly fit?: number | readonly [height: number, width: number] | "model" | undefined;
}

/** The names of ways to make pictures fit: `fit` to the model's extents, and those of `preprocessings`. */
export const fitNames: readonly string[] = ["fit", ...Object.keys(preprocessings)];

/** The way of a name; throws a `RangeError` for a name that there is not. */
export function fitNamed(name: string): FitOptions {
  if (name === "fit") return { fit: "model" };
  if (Object.hasOwn(preprocessings, name)) return preprocessings[name]!;
  throw new RangeError(`preprocess: takes ${fitNames.join(", ")}, got "${name}"${didYouMean(name, fitNames)}`);
}

/** Whether this asks for more than where channels stand and what is too large: what only pictures have done to them. */
export function isForPictures({ fit, resize, crop, mean, std }: FitOptions): boolean {
  return [fit, resize, crop, mean, std].some((each) => each !== undefined);
}

/** A picture as the model takes it. */
export interface FittedPicture {
  readonly value: Value;
  /** Resized and cropped, but not normalised; `undefined` where it was neither. */
  readonly seen: Tensor | undefined;
  readonly layout: Layout;
}

/**
 * The picture as the model's first input. Resized and cropped as told; what was made for another size, as ImageNet's
 * 224 pixels, goes by the model's own where it states one. Throws a `ShapeError` for a picture that does not fit.
 */
export function fittedPicture(who: string, model: Model, image: Image, options: FitOptions = {}): FittedPicture {
  const { mean, std, layout: given, fit, maxPixels, ...asked } = options;
  const pictures = pictureLayout(model, given);
  const pixels = imageToTensor(image, { channels: pictures.channels });
  const geometry = geometryFor(who, image, pictures, fit, asked);
  const seen = preprocess(pixels, { ...geometry, maxPixels, layout: "channelsFirst" });
  const [, , rows, columns] = seen.shape as readonly [number, number, number, number];
  const { height = rows, width = columns } = pictures;
  if (height !== rows || width !== columns) {
    const hint = geometry === asked && fit === undefined ? ': preprocess "fit" resizes and crops it' : "";
    throw new ShapeError(`${who}: takes an image of ${width} × ${height} pixels, got ${columns} × ${rows}${hint}`);
  }
  const isBytes = model.inputs[0]!.type !== undefined;
  const values = preprocess(seen, { ...(isBytes ? BYTES : { mean, std }), layout: "channelsFirst" });
  return {
    value: valueFor(model, values, pictures.layout),
    seen: seen === pixels ? undefined : seen,
    layout: pictures.layout,
  };
}

/** The same with the picture that is seen. */
export function fitPicture(
  who: string, model: Model, image: Image, options: FitOptions = {},
): Omit<FittedPicture, "seen"> & { readonly image: Image } {
  const { seen, ...fitted } = fittedPicture(who, model, image, options);
  return { ...fitted, image: seen === undefined ? image : tensorToImage(seen) };
}

/** From values between 0 and 1 to those of bytes. */
const BYTES: PreprocessOptions = { std: [1 / 255] };

type Geometry = Pick<PreprocessOptions, "resize" | "crop">;
type Extents = readonly [height: number, width: number];

function geometryFor(
  who: string, image: Image, { height, width }: PictureLayout, fit: FitOptions["fit"], asked: Geometry,
): Geometry {
  if (fit !== undefined) {
    const extents = fit === "model" ? [height, width] : typeof fit === "number" ? [fit, fit] : fit;
    if (extents[0] === undefined || extents[1] === undefined) {
      throw new ShapeError(`${who}: takes a size to fit pictures to, for a model of any size, got none`);
    }
    return covering(image, extents as Extents);
  }
  const { resize, crop } = asked;
  if (typeof crop !== "number" || typeof resize !== "number" || height === undefined || width === undefined) {
    return asked;
  }
  if (height === crop && width === crop) return asked;
  const larger = resize / crop;
  return { ...covering(image, [Math.round(height * larger), Math.round(width * larger)]), crop: [height, width] };
}

/** The least extents of the picture's proportions that cover these, and these cut from their middle. */
function covering(image: Image, [height, width]: Extents): Required<Geometry> {
  const scale = Math.max(height / image.height, width / image.width);
  const cover = (extent: number, least: number): number => Math.max(least, Math.round(extent * scale));
  return { resize: [cover(image.height, height), cover(image.width, width)], crop: [height, width] };
}

/** The least and the largest value that normalised pictures can have, per channel: the box of z^B. */
export function boxOf({ mean = [0], std = [1] }: PreprocessOptions): readonly [low: number[], high: number[]] {
  const length = Math.max(mean.length, std.length);
  const bound = (value: number): number[] =>
    Array.from({ length }, (_, c) => (value - (mean[c] ?? mean[0]!)) / (std[c] ?? std[0]!));
  return [bound(0), bound(1)];
}
