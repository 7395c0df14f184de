/** Reading PNG (ISO/IEC 15948): every colour type and bit depth, palettes, transparency, interlacing. */
import { optionsOf } from "@relprop/tensor";
import { concat } from "./bytes.ts";
import { ImageFormatError, type DecodeOptions } from "./format-error.ts";
import { blank, type Pixels } from "../image/image.ts";
import { PNG_SIGNATURE, readChunks } from "./png-chunk.ts";
import { FILTERS, unfilterRow } from "./png-filter.ts";
import { readHeader, readPalette, readTransparency, type PngHeader } from "./png-header.ts";
import { pixelPainter, unpack } from "./png-pixels.ts";
import { inflate } from "./zlib.ts";

/**
 * The picture in a PNG file. Samples of other depths are scaled to 8 bits, `round(v · 255 / (2^depth − 1))`. Bytes
 * behind the end of the picture's last chunk are ignored.
 *
 * Throws an `ImageFormatError` when the file is no PNG, is damaged or truncated, or declares more than `maxPixels`.
 * Nothing is allocated for the picture before its data were inflated and have the size that its header declares.
 */
export async function decodePng(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Pixels> {
  optionsOf("decodePng", options);
  const { header, palette, transparency, compressed, position } = readFile(bytes, options);
  const passes = header.interlaced ? adam7(header) : [{ ...header, x: 0, y: 0, dx: 1, dy: 1 }];
  const bits = header.depth * header.color.samples;
  const stride = (width: number): number => Math.ceil((width * bits) / 8);
  const size = passes.reduce((total, { width, height }) => total + (stride(width) + 1) * height, 0);
  const { bytes: rows, failure } = await inflate(compressed, size, options.signal);
  if (failure !== undefined) {
    throw new ImageFormatError("PNG", position, `takes ${size} bytes of pixels when inflated, got ${failure}`);
  }

  const image = blank(header.width, header.height);
  const paint = pixelPainter(header, palette, transparency);
  const step = Math.max(1, bits >> 3);
  let at = 0;
  for (const pass of passes) {
    const length = stride(pass.width);
    let above: Uint8Array = new Uint8Array(length);
    const samples = new Uint16Array(pass.width * header.color.samples);
    for (let row = 0; row < pass.height; row++) {
      const filter = rows[at]!;
      const y = pass.y + row * pass.dy;
      if (filter >= FILTERS) {
        throw new ImageFormatError("PNG", position, `takes filters 0 to 4, got ${filter} in row ${y}`);
      }
      const line = rows.subarray(at + 1, at + 1 + length);
      unfilterRow(filter, line, above, step);
      unpack(line, header.depth, samples);
      const bad = paint(samples, image.data, (y * image.width + pass.x) * 4, pass.dx * 4);
      if (bad !== undefined) {
        throw new ImageFormatError("PNG", position, `takes ${bad.takes}, got ${bad.got} in row ${y}`);
      }
      above = line;
      at += 1 + length;
    }
  }
  return image;
}

/** Every `dx`-th pixel of every `dy`-th row from `(x, y)` on, stored as a picture of its own. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

/** The seven passes of Adam7; those without pixels are not in the file. */
function adam7({ width, height }: PngHeader): readonly Pass[] {
  const grids = [
    [0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2],
  ] as const;
  const count = (extent: number, from: number, step: number): number => Math.ceil((extent - from) / step);
  return grids
    .map(([x, y, dx, dy]) => ({ x, y, dx, dy, width: count(width, x, dx), height: count(height, y, dy) }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

interface PngFile {
  readonly header: PngHeader;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  readonly compressed: Uint8Array;
  /** Where the first compressed byte stands. */
  readonly position: number;
}

function readFile(bytes: Uint8Array, options: DecodeOptions): PngFile {
  if (PNG_SIGNATURE.some((byte, at) => bytes[at] !== byte)) {
    const got = bytes.slice(0, PNG_SIGNATURE.length).join(" ");
    throw new ImageFormatError("PNG", 0, `takes the signature ${PNG_SIGNATURE.join(" ")}, got ${got}`);
  }
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  let position = 0;
  let before = "";
  for (const chunk of readChunks(bytes)) {
    if (header === undefined) {
      header = readHeader(chunk, options);
    } else if (chunk.type === "PLTE" && palette === undefined && data.length === 0) {
      palette = readPalette(chunk, header);
    } else if (chunk.type === "tRNS" && transparency === undefined && data.length === 0) {
      transparency = readTransparency(chunk, header, palette);
    } else if (chunk.type === "IDAT" && (data.length === 0 || before === "IDAT")) {
      if (data.length === 0) position = chunk.position;
      data.push(chunk.data);
    } else if (/^[A-Z]/.test(chunk.type) && chunk.type !== "IEND") {
      throw new ImageFormatError("PNG", chunk.position - 4, `takes IHDR, PLTE, IDAT, IEND in order, got ${chunk.type}`);
    }
    before = chunk.type;
  }
  if (header === undefined || data.length === 0) {
    throw new ImageFormatError("PNG", bytes.length, "takes IDAT, got none");
  }
  if (header.color.name === "palette" && palette === undefined) {
    throw new ImageFormatError("PNG", position, "takes PLTE before IDAT, got none");
  }
  return { header, palette, transparency, compressed: concat(data), position };
}
