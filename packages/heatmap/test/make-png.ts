/** PNG files built sample by sample, straight from the format's description. */
import { writeChunks } from "../src/files/png-chunk.ts";
import { filterRow } from "../src/files/png-filter.ts";
import { store } from "../src/files/zlib.ts";

export interface Made {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly type: 0 | 2 | 3 | 4 | 6;
  /** Raw samples, pixel by pixel. */
  readonly samples: readonly number[];
  readonly interlaced?: boolean;
  /** The filter of each row of the file, in turns. */
  readonly filters?: readonly number[];
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

export const samplesPerPixel: Readonly<Record<Made["type"], number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Adam7 as the format draws it: the pass of each pixel in a block of 8 × 8. */
const PASSES = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"];

export function makePng(made: Made): Uint8Array {
  const { palette, transparency } = made;
  return writeChunks([
    ["IHDR", ihdr(made)],
    ...(palette === undefined ? [] : [["PLTE", Uint8Array.from(palette)] as const]),
    ...(transparency === undefined ? [] : [["tRNS", Uint8Array.from(transparency)] as const]),
    ["IDAT", store(rows(made))],
    ["IEND", new Uint8Array(0)],
  ]);
}

export function ihdr(made: Pick<Made, "width" | "height" | "depth" | "type" | "interlaced">): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, made.width);
  view.setUint32(4, made.height);
  bytes.set([made.depth, made.type, 0, 0, made.interlaced === true ? 1 : 0], 8);
  return bytes;
}

/** The rows of all passes, each behind its filter. */
export function rows(made: Made): Uint8Array {
  const { width, height, depth, type, samples, interlaced = false, filters = [0] } = made;
  const count = samplesPerPixel[type];
  const out: number[] = [];
  let row = 0;
  for (const pass of interlaced ? "1234567" : "0") {
    let above: Uint8Array | undefined;
    for (let y = 0; y < height; y++) {
      const columns = Array.from({ length: width }, (_, x) => x).filter(
        (x) => !interlaced || PASSES[y % 8]![x % 8] === pass,
      );
      if (columns.length === 0) continue;
      const bits = columns
        .flatMap((x) => samples.slice((y * width + x) * count, (y * width + x + 1) * count))
        .map((sample) => sample.toString(2).padStart(depth, "0"))
        .join("");
      const bytes = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
        Number.parseInt(bits.slice(i * 8, i * 8 + 8).padEnd(8, "0"), 2),
      );
      const filter = filters[row++ % filters.length]!;
      const filtered = new Uint8Array(bytes.length);
      filterRow(filter, bytes, above ?? new Uint8Array(bytes.length), Math.max(1, (depth * count) >> 3), filtered);
      out.push(filter, ...filtered);
      above = bytes;
    }
  }
  return Uint8Array.from(out);
}

/** The pixel that the format's description makes of raw samples. */
export function expectedPixel(made: Made, pixel: number): number[] {
  const { depth, type, samples, palette = [], transparency } = made;
  const count = samplesPerPixel[type];
  const raw = samples.slice(pixel * count, (pixel + 1) * count);
  const bytes = raw.map((sample) => Math.round((sample * 255) / (2 ** depth - 1)));
  if (type === 3) {
    const index = raw[0]!;
    return [...palette.slice(index * 3, index * 3 + 3), transparency?.[index] ?? 255];
  }
  const key = transparency?.flatMap((byte, i, all) => (i % 2 === 1 ? [all[i - 1]! * 256 + byte] : []));
  const alpha = count % 2 === 0 ? bytes.pop()! : key?.every((sample, i) => sample === raw[i]) === true ? 0 : 255;
  return count < 3 ? [bytes[0]!, bytes[0]!, bytes[0]!, alpha] : [...bytes, alpha];
}
