/** Pictures made what networks were trained on: resized, cropped, normalised. */
import {
  assumedLayout, checkLayout, dims, formatShape, fromChannelsFirst, optionsOf, ShapeError, Tensor, toChannelsFirst,
  type Layout,
} from "@relprop/tensor";
import { resizePlane, type Stretch } from "./resize-plane.ts";

/** What is done to a picture, in this order; what is absent is not done. */
export interface PreprocessOptions {
  /** The shorter side afterwards, keeping the aspect ratio; or `[height, width]`. */
  readonly resize?: number | readonly [height: number, width: number] | undefined;
  /** The extents cut from the middle, one for both or `[height, width]`; zeros where the picture is smaller. */
  readonly crop?: number | readonly [height: number, width: number] | undefined;
  /** Subtracted from each channel. */
  readonly mean?: readonly number[] | undefined;
  /** What each channel is divided by afterwards. */
  readonly std?: readonly number[] | undefined;
  /** Where channels stand; behind the batch, if nothing speaks against it, unless given. */
  readonly layout?: Layout | undefined;
  /** The most pixels a picture may have afterwards; 2^25 unless given. What a crop cuts away is never made. */
  readonly maxPixels?: number | undefined;
}

/** What torchvision's classifiers for ImageNet were trained on, from pictures with values from 0 to 1. */
export const imagenet: PreprocessOptions = {
  resize: 256,
  crop: 224,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Ways to preprocess by name, for command lines and configuration files. */
export const preprocessings: Readonly<Record<string, PreprocessOptions>> = {
  imagenet,
  /** torchvision's Inception v3. */
  inception: { ...imagenet, resize: 342, crop: 299 },
  /** Values from −1 to 1. */
  symmetric: { mean: [0.5], std: [0.5] },
  /** Values from 0 to 255, for networks that scale them themselves. */
  bytes: { std: [1 / 255] },
};

/**
 * `(crop(resize(x)) − mean) / std` for pictures `[N, C, H, W]` (or `[N, H, W, C]`, by the option `layout`) with values
 * from 0 to 1. Resizing averages over what
 * each new pixel covers (a triangle filter), as Pillow and torchvision do. One mean or std counts for all channels.
 */
export function preprocess(given: Tensor, options: PreprocessOptions = {}): Tensor {
  const { resize, crop, mean, std, maxPixels = 2 ** 25 } = optionsOf("preprocess", options);
  dims("preprocess", given.shape, 4);
  const layout = checkLayout("preprocess", options.layout) ?? assumedLayout("preprocess", given.shape);
  const x = toChannelsFirst(given, layout);
  const [, channels] = dims("preprocess", x.shape, 4);
  for (const [name, values] of [["mean", mean], ["std", std]] as const) {
    if (values !== undefined && values.length !== 1 && values.length !== channels) {
      throw new ShapeError(`preprocess: takes a ${name} of 1 or ${channels} numbers, got ${values.length}`);
    }
  }
  if (std?.some((value) => !(value > 0))) throw new RangeError(`preprocess: takes std > 0, got ${std.join(", ")}`);
  const cut = crop === undefined ? undefined : pair("crop", crop);
  const extents = resize === undefined ? undefined : targetExtents(x, resize);
  const size = cut ?? extents;
  if (size !== undefined && !(size[0] * size[1] <= maxPixels)) {
    throw new RangeError(`preprocess: takes what makes ${maxPixels} pixels at most, got ${size[0]} × ${size[1]}`);
  }
  const resized = extents === undefined ? x : resized2d(x, extents, cut ?? extents);
  const cropped = cut === undefined ? resized : centerCropped(resized, cut);
  const made = mean === undefined && std === undefined ? cropped : normalized(cropped, mean ?? [0], std ?? [1]);
  return made === x ? given : fromChannelsFirst(made, layout);
}

function pair(what: string, extents: number | readonly [number, number]): readonly [number, number] {
  const [height, width] = typeof extents === "number" ? [extents, extents] : extents;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new RangeError(`preprocess: takes ${what} of whole numbers >= 1, got ${height} and ${width}`);
  }
  return [height, width];
}

function targetExtents(x: Tensor, resize: number | readonly [number, number]): readonly [number, number] {
  if (typeof resize !== "number") return pair("resize", resize);
  const [short] = pair("resize", resize);
  const [, , height, width] = dims("preprocess", x.shape, 4);
  const long = (from: number, by: number): number => Math.trunc((short * from) / by);
  return height <= width ? [short, long(width, height)] : [long(height, width), short];
}

/** The picture at new extents, as far as a crop from its middle will show it. */
function resized2d(
  x: Tensor, [toHeight, toWidth]: readonly [number, number], shown: readonly [number, number],
): Tensor {
  const [batch, channels, height, width] = dims("preprocess", x.shape, 4);
  if (height === toHeight && width === toWidth) return x;
  if (height === 0 || width === 0) {
    throw new ShapeError(`preprocess: takes pictures with pixels, got ${formatShape(x.shape)}`);
  }
  const [rows, columns] = [middle(height, toHeight, shown[0]), middle(width, toWidth, shown[1])];
  const shape = [batch, channels, rows.end - rows.from, columns.end - columns.from] as const;
  const size = shape[2] * shape[3];
  const out = new Float32Array(batch * channels * size);
  for (let plane = 0; plane < batch * channels; plane++) {
    const from = x.data.subarray(plane * height * width, (plane + 1) * height * width);
    out.set(resizePlane(from, rows, columns), plane * size);
  }
  return new Tensor(shape, out);
}

/** What a crop shows of an axis at its new extent: all where it is the shorter. */
function middle(extent: number, to: number, shown: number): Stretch {
  const from = Math.max(0, cornerOf(to, shown));
  return { extent, to, from, end: Math.min(to, from + shown) };
}

function centerCropped(x: Tensor, [toHeight, toWidth]: readonly [number, number]): Tensor {
  const [batch, channels, height, width] = dims("preprocess", x.shape, 4);
  const [top, left] = [cornerOf(height, toHeight), cornerOf(width, toWidth)];
  const out = new Tensor([batch, channels, toHeight, toWidth], new Float32Array(batch * channels * toHeight * toWidth));
  const [from, to] = [Math.max(0, left), Math.min(width, left + toWidth)];
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let row = Math.max(0, -top); row < Math.min(toHeight, height - top); row++) {
      const source = (plane * height + row + top) * width;
      out.data.set(x.data.subarray(source + from, source + to), (plane * toHeight + row) * toWidth + from - left);
    }
  }
  return out;
}

/** Where a crop of `shown` begins on an axis, rounded half to even as torchvision does; below 0 where it is longer. */
function cornerOf(extent: number, shown: number): number {
  const value = (extent - shown) / 2;
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}

function normalized(x: Tensor, mean: readonly number[], std: readonly number[]): Tensor {
  const [, channels, height, width] = dims("preprocess", x.shape, 4);
  return new Tensor(x.shape, x.data.map((value, i) => {
    const channel = Math.floor(i / (height * width)) % channels;
    return (value - (mean[channel] ?? mean[0]!)) / (std[channel] ?? std[0]!);
  }));
}
