/** What a PNG file says about itself before its pixels: size, colour type, bit depth, palette, transparency. */
import { checkExtent, ImageFormatError, type DecodeOptions } from "./format-error.ts";
import type { Chunk } from "./png-chunk.ts";

/** The contents of IHDR. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  readonly color: ColorType;
  readonly interlaced: boolean;
}

/** How the samples of a pixel are meant. */
export interface ColorType {
  readonly name: "gray" | "rgb" | "palette" | "gray and alpha" | "rgba";
  /** Samples per pixel. */
  readonly samples: number;
  readonly depths: readonly number[];
  /** Bytes of a tRNS chunk that names one colour as transparent; absent where there is no such chunk. */
  readonly transparent?: number;
}

/** The colour types by their number in the file. */
const colorTypes: Readonly<Record<number, ColorType>> = {
  0: { name: "gray", samples: 1, depths: [1, 2, 4, 8, 16], transparent: 2 },
  2: { name: "rgb", samples: 3, depths: [8, 16], transparent: 6 },
  3: { name: "palette", samples: 1, depths: [1, 2, 4, 8] },
  4: { name: "gray and alpha", samples: 2, depths: [8, 16] },
  6: { name: "rgba", samples: 4, depths: [8, 16] },
};

/** Reads IHDR; throws an `ImageFormatError` for what the format does not know and for sizes beyond the limit. */
export function readHeader(chunk: Chunk, options: DecodeOptions): PngHeader {
  const { type, data, position } = chunk;
  if (type !== "IHDR" || data.length !== 13) {
    throw new ImageFormatError("PNG", position, `takes IHDR of 13 bytes first, got ${type} of ${data.length}`);
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type_, compression, filter, interlace] = [8, 9, 10, 11, 12].map((at) => view.getUint8(at)) as [
    number, number, number, number, number,
  ];
  checkExtent("PNG", position, width, height, options);
  const color = colorTypes[type_];
  if (color === undefined) {
    throw new ImageFormatError("PNG", position + 9, `takes colour type 0, 2, 3, 4 or 6, got ${type_}`);
  }
  if (!color.depths.includes(depth)) {
    const takes = `takes ${color.depths.join(", ")} bits for ${color.name}`;
    throw new ImageFormatError("PNG", position + 8, `${takes}, got ${depth}`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const got = `${compression}, ${filter}, ${interlace}`;
    throw new ImageFormatError("PNG", position + 10, `takes compression 0, filter 0, interlace 0 or 1, got ${got}`);
  }
  return { width, height, depth, color, interlaced: interlace === 1 };
}

/** The colours of PLTE, three bytes each. */
export function readPalette(chunk: Chunk, header: PngHeader): Uint8Array {
  const { data, position } = chunk;
  const most = header.color.name === "palette" ? 2 ** header.depth : 256;
  if (data.length === 0 || data.length % 3 !== 0 || data.length > most * 3) {
    throw new ImageFormatError("PNG", position, `takes a palette of 1 to ${most} × 3 bytes, got ${data.length}`);
  }
  return data;
}

/** The bytes of tRNS: an alpha for each of the first colours of the palette, or the one colour that is transparent. */
export function readTransparency(chunk: Chunk, header: PngHeader, palette: Uint8Array | undefined): Uint8Array {
  const { data, position } = chunk;
  const { name, transparent } = header.color;
  if (name === "palette") {
    const most = (palette?.length ?? 0) / 3;
    if (data.length > most) {
      const takes = `takes tRNS behind PLTE with at most ${most} bytes`;
      throw new ImageFormatError("PNG", position, `${takes}, got ${data.length}`);
    }
  } else if (data.length !== transparent) {
    const takes = transparent === undefined ? `no tRNS with ${name}` : `tRNS of ${transparent} bytes with ${name}`;
    throw new ImageFormatError("PNG", position, `takes ${takes}, got ${data.length} bytes`);
  }
  return data;
}
