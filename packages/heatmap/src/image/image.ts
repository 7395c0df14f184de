/** Pictures as every part of this package passes them on: 8-bit RGBA, what a browser's `ImageData` holds. */
import { checkKind } from "@relprop/tensor";

/** Pixels row-major from the top left, four bytes each: red, green, blue, alpha (not premultiplied). */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** A picture that was made here, in memory of its own: what `new ImageData(data, width, height)` takes. */
export interface Pixels extends Image {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A colour: `#rgb`, `#rrggbb`, or red, green and blue from 0 to 255. */
export type Color = string | readonly [red: number, green: number, blue: number];

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The most pixels a picture may have here: beyond it four bytes each no longer fit every engine's arrays. */
const MOST_PIXELS = 2 ** 29 - 1;

/** A picture of one colour, opaque; without a colour transparent black. */
export function blank(width: number, height: number, color?: Color): Pixels {
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0;
  if (!whole || width * height > MOST_PIXELS) {
    throw new RangeError(`blank: takes whole extents with 1 to ${MOST_PIXELS} pixels, got ${width} × ${height}`);
  }
  const data = new Uint8ClampedArray(width * height * 4);
  if (color !== undefined) {
    const [red, green, blue] = rgb(color);
    for (let at = 0; at < data.length; at += 4) {
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

/** The picture itself, or a copy of one whose pixels other threads may write. */
export function owned(image: Image): Pixels {
  return isOwn(image) ? image : { ...image, data: new Uint8ClampedArray(image.data) };
}

function isOwn(image: Image): image is Pixels {
  return image.data.buffer instanceof ArrayBuffer;
}

/** Throws an error naming `who` unless the picture's data are four bytes for each of its pixels. */
export function checkImage(who: string, image: Image): void {
  checkKind(who, "an image { width, height, data }", image, typeof image === "object" && image);
  const { width, height, data } = image;
  const whole = Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0;
  if (!whole || data?.length !== width * height * 4) {
    const got = `${width} × ${height} and ${data?.length}`;
    throw new RangeError(`${who}: takes an image with 4 · width · height bytes, got ${got}`);
  }
  // Not by their class: a page's canvas may belong to another window.
  const kind: string = data[Symbol.toStringTag];
  checkKind(who, "an image with bytes as data (Uint8ClampedArray or Uint8Array)", kind ?? data, /^Uint8/.test(kind));
}

/** Red, green and blue of a colour however it was written. */
export function rgb(color: Color): Rgb {
  if (typeof color !== "string") {
    const bytes = Array.isArray(color) && color.length === 3 && color.every((part) => part >= 0 && part <= 255);
    if (bytes) return color;
  } else if (/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color)) {
    const wide = color.length === 4 ? color.replace(/[^#]/g, "$&$&") : color;
    const bits = Number.parseInt(wide.slice(1), 16);
    return [bits >> 16, (bits >> 8) & 255, bits & 255];
  }
  throw new RangeError(`rgb: takes "#rgb", "#rrggbb" or three numbers from 0 to 255, got ${JSON.stringify(color)}`);
}

/** Copies `image` into `onto` with its top left corner at `(x, y)`, which must leave room for it. */
export function paste(image: Image, onto: Image, x: number, y: number): void {
  const stride = image.width * 4;
  for (let row = 0; row < image.height; row++) {
    onto.data.set(image.data.subarray(row * stride, (row + 1) * stride), ((y + row) * onto.width + x) * 4);
  }
}

/** `α image + (1 − α) background`, `α` the image's own alpha: the same picture without transparency. */
export function flatten(image: Image, background: Color = "#ffffff"): Pixels {
  const behind = rgb(background);
  const data = new Uint8ClampedArray(image.data);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]! / 255;
    if (alpha === 1) continue;
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = alpha * data[at + channel]! + (1 - alpha) * behind[channel]!;
    }
    data[at + 3] = 255;
  }
  return { width: image.width, height: image.height, data };
}
