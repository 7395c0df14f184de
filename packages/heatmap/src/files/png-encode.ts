/** Writing PNG (ISO/IEC 15948): gray, RGB or RGBA at 8 bits, whichever is the least that holds the picture. */
import type { Abortable } from "@relprop/tensor";
import { checkImage, type Image } from "../image/image.ts";
import { writeChunks } from "./png-chunk.ts";
import { filterRows } from "./png-filter.ts";
import { deflate, store } from "./zlib.ts";

/** The bytes of a PNG file that holds the picture exactly: as gray or RGB where that is enough. */
export async function encodePng(image: Image, { signal }: Abortable = {}): Promise<Uint8Array<ArrayBuffer>> {
  checkImage("encodePng", image);
  const { type, samples, pixels } = pack(image);
  return file(image, type, await deflate(filterRows(pixels, image.width * samples, samples), signal));
}

/** The same picture as a PNG file without compression: large, but made at once. */
export function encodePngStored(image: Image): Uint8Array<ArrayBuffer> {
  checkImage("encodePngStored", image);
  const { type, samples, pixels } = pack(image);
  const stride = image.width * samples;
  const rows = new Uint8Array(image.height * (stride + 1));
  for (let y = 0; y < image.height; y++) rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return file(image, type, store(rows));
}

function file(image: Image, type: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, image.width);
  view.setUint32(4, image.height);
  header.set([8, type, 0, 0, 0], 8);
  return writeChunks([["IHDR", header], ["IDAT", data], ["IEND", new Uint8Array(0)]]);
}

interface Packed {
  /** The colour type's number in the file. */
  readonly type: number;
  /** Bytes per pixel. */
  readonly samples: number;
  readonly pixels: Uint8Array;
}

function pack({ data }: Image): Packed {
  let [gray, opaque] = [true, true];
  for (let at = 0; at < data.length; at += 4) {
    gray &&= data[at] === data[at + 1] && data[at] === data[at + 2];
    opaque &&= data[at + 3] === 255;
  }
  if (!opaque) return { type: 6, samples: 4, pixels: new Uint8Array(data) };
  const samples = gray ? 1 : 3;
  const pixels = new Uint8Array((data.length / 4) * samples);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    for (let sample = 0; sample < samples; sample++) pixels[to++] = data[from + sample]!;
  }
  return { type: gray ? 0 : 2, samples, pixels };
}
