/** Between pictures and the tensors that networks read. */
import {
  assumedLayout, checkLayout, checkShape, checkTensor, formatShape, fromChannelsFirst, moveAxis, optionsOf,
  ShapeError, Tensor, type Layout,
} from "@relprop/tensor";
import { blank, checkImage, flatten, type Color, type Image, type Pixels } from "./image.ts";

/** How a picture's bytes become numbers. */
export interface ImageToTensorOptions {
  /** 3: red, green, blue (default); 1: `0.299 red + 0.587 green + 0.114 blue` (Rec. 601). */
  readonly channels?: 1 | 3;
  /** What the bytes 0 and 255 become; `[0, 1]` unless given. */
  readonly range?: readonly [low: number, high: number];
  /** What shows through transparent pixels; white unless given. */
  readonly background?: Color;
  /** Where channels are to stand; behind the batch unless given. */
  readonly layout?: Layout | undefined;
}

/** `low + byte · (high − low) / 255` as `[1, channels, height, width]`, channels last by the option `layout`. */
export function imageToTensor(image: Image, options: ImageToTensorOptions = {}): Tensor {
  optionsOf("imageToTensor", options);
  checkImage("imageToTensor", image);
  const { channels = 3, range: [low, high] = [0, 1], background } = options;
  if (channels !== 1 && channels !== 3) throw new RangeError(`imageToTensor: takes 1 or 3 channels, got ${channels}`);
  const { width, height, data } = flatten(image, background);
  const size = width * height;
  const out = new Float32Array(channels * size);
  const scale = (high - low) / 255;
  for (let pixel = 0; pixel < size; pixel++) {
    const [red, green, blue] = [data[pixel * 4]!, data[pixel * 4 + 1]!, data[pixel * 4 + 2]!];
    if (channels === 1) {
      // In whole thousandths: exactly the byte itself where the three are equal.
      out[pixel] = low + ((299 * red + 587 * green + 114 * blue) / 1000) * scale;
    } else {
      out[pixel] = low + red * scale;
      out[size + pixel] = low + green * scale;
      out[2 * size + pixel] = low + blue * scale;
    }
  }
  const layout = checkLayout("imageToTensor", options.layout);
  return fromChannelsFirst(new Tensor([1, channels, height, width], out), layout);
}

/** How numbers become a picture's bytes. */
export interface TensorToImageOptions {
  /** What becomes black and white; `[0, 1]` unless given; `"extrema"`: the smallest and the largest finite element. */
  readonly range?: readonly [low: number, high: number] | "extrema";
  /** Which sample of a batch; the first unless given. */
  readonly sample?: number;
  /** Where channels stand; behind the batch, if nothing speaks against it, unless given. */
  readonly layout?: Layout | undefined;
}

/**
 * The picture in `[N, C, H, W]`, `[C, H, W]` or `[H, W]` (or channels last, by the option `layout`) with 1 (gray), 3
 * (RGB) or 4 (RGBA) channels: `round(255 (x − low) / (high − low))`, kept within 0 and 255; NaN becomes 0.
 */
export function tensorToImage(given: Tensor, options: TensorToImageOptions = {}): Pixels {
  const { range = [0, 1], sample = 0 } = optionsOf("tensorToImage", options);
  checkTensor("tensorToImage", given);
  checkShape("tensorToImage", given.shape);
  const rank = given.shape.length;
  const layout = checkLayout("tensorToImage", options.layout) ?? assumedLayout("tensorToImage", given.shape);
  const isLast = layout === "channelsLast" && (rank === 3 || rank === 4);
  const x = isLast ? moveAxis(given, rank - 1, rank - 3) : given;
  const [width = 0, height = 0, channels = 1, batch = 1] = x.shape.toReversed();
  if (x.shape.length < 2 || x.shape.length > 4 || ![1, 3, 4].includes(channels) || x.size === 0) {
    const got = formatShape(x.shape);
    throw new ShapeError(`tensorToImage: takes [N, C, H, W], [C, H, W] or [H, W] with C of 1, 3 or 4, got ${got}`);
  }
  if (!(Number.isInteger(sample) && sample >= 0 && sample < batch)) {
    throw new RangeError(`tensorToImage: takes a sample from 0 to ${batch - 1}, got ${sample}`);
  }
  const size = width * height;
  const from = x.data.subarray(sample * channels * size, (sample + 1) * channels * size);
  const [low, high] = range === "extrema" ? extrema(from) : range;
  const image = blank(width, height, "#000");
  for (let channel = 0; channel < Math.max(3, channels); channel++) {
    const plane = channels === 1 ? 0 : channel * size;
    for (let pixel = 0; pixel < size; pixel++) {
      image.data[pixel * 4 + channel] = (255 * (from[plane + pixel]! - low)) / (high - low);
    }
  }
  return image;
}

function extrema(values: Float32Array): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low < high ? [low, high] : [low - 1, low + 1];
}
