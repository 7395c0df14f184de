/** Netpbm's portable pixmaps: P2 and P5 are gray, P3 and P6 colour, the former of each pair in decimal digits. */
import { optionsOf } from "@relprop/tensor";
import { checkExtent, ImageFormatError, type DecodeOptions } from "./format-error.ts";
import { blank, checkImage, flatten, type Image, type Pixels } from "../image/image.ts";

/**
 * The picture in a PGM or PPM file (P2, P3, P5, P6; samples up to 65535), scaled to 8 bits:
 * `round(v · 255 / maximum)`. Bytes behind the last sample are ignored. Throws an `ImageFormatError` for anything
 * else, and before allocating when the file is too short for the size it declares.
 */
export function decodePpm(bytes: Uint8Array, options: DecodeOptions = {}): Pixels {
  optionsOf("decodePpm", options);
  const kind = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (!["P2", "P3", "P5", "P6"].includes(kind)) {
    throw new ImageFormatError("PPM", 0, `takes P2, P3, P5 or P6 first, got ${JSON.stringify(kind)}`);
  }
  const text = new Digits(bytes, 2);
  const [width, height] = [text.number("a width"), text.number("a height")];
  checkExtent("PPM", 2, width, height, options);
  const most = text.number("the largest sample");
  if (most < 1 || most > 65535) {
    throw new ImageFormatError("PPM", text.position, `takes 1 to 65535 as the largest sample, got ${most}`);
  }
  const channels = kind === "P3" || kind === "P6" ? 3 : 1;
  const count = width * height * channels;
  const binary = kind === "P5" || kind === "P6";
  const start = text.position + 1;
  const size = most > 255 ? 2 : 1;
  // In digits every sample but the last takes two bytes at least.
  const least = binary ? count * size : count * 2 - 1;
  if (bytes.length - start < least) {
    const got = Math.max(0, bytes.length - start);
    throw new ImageFormatError("PPM", bytes.length, `takes at least ${least} bytes of samples, got ${got}`);
  }
  if (binary && !isSpace(bytes[start - 1])) {
    throw new ImageFormatError("PPM", start - 1, `takes white space before the samples, got byte ${bytes[start - 1]}`);
  }
  const sample = (i: number): number => {
    if (!binary) return text.number("a sample");
    return size === 1 ? bytes[start + i]! : (bytes[start + 2 * i]! << 8) | bytes[start + 2 * i + 1]!;
  };

  const image = blank(width, height, "#000");
  for (let i = 0; i < count; i++) {
    const value = sample(i);
    if (value > most) {
      const position = binary ? start + i * size : text.position;
      throw new ImageFormatError("PPM", position, `takes samples up to ${most}, got ${value}`);
    }
    const pixel = Math.floor(i / channels) * 4;
    const scaled = (value * 255) / most;
    if (channels === 3) image.data[pixel + (i % 3)] = scaled;
    else image.data.fill(scaled, pixel, pixel + 3);
  }
  return image;
}

/** The picture as binary PGM (P5) when it is gray throughout, else PPM (P6); transparency becomes white. */
export function encodePpm(image: Image): Uint8Array<ArrayBuffer> {
  checkImage("encodePpm", image);
  const { width, height, data } = flatten(image);
  let gray = true;
  for (let at = 0; at < data.length; at += 4) gray &&= data[at] === data[at + 1] && data[at] === data[at + 2];
  const channels = gray ? 1 : 3;
  const header = `${gray ? "P5" : "P6"}\n${width} ${height}\n255\n`;
  const out = new Uint8Array(header.length + width * height * channels);
  for (let i = 0; i < header.length; i++) out[i] = header.charCodeAt(i);
  for (let pixel = 0, to = header.length; pixel < data.length; pixel += 4) {
    for (let channel = 0; channel < channels; channel++) out[to++] = data[pixel + channel]!;
  }
  return out;
}

/** Decimal numbers between white space and `#` comments. */
class Digits {
  readonly #bytes: Uint8Array;
  /** The byte to be read next. */
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  number(what: string): number {
    const bytes = this.#bytes;
    for (let inComment = false; this.position < bytes.length; this.position++) {
      const byte = bytes[this.position]!;
      if (byte === 0x23) inComment = true;
      else if (byte === 0x0a || byte === 0x0d) inComment = false;
      else if (!inComment && !isSpace(byte)) break;
    }
    const start = this.position;
    let value = 0;
    for (; this.position < bytes.length; this.position++) {
      const digit = bytes[this.position]! - 0x30;
      if (digit < 0 || digit > 9 || value > 2 ** 32) break;
      value = value * 10 + digit;
    }
    if (this.position === start) {
      const got = start < bytes.length ? `byte ${bytes[start]}` : "the end";
      throw new ImageFormatError("PPM", start, `takes digits for ${what}, got ${got}`);
    }
    return value;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
