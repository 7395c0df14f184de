/** Numbers stored in few bits, and how products go through them. */
import type { Encoded, TakeFloats } from "./weights.ts";

// Floats that a weight becomes at once: few enough for a cache, enough to be worth a product.
const most = 1 << 20;

// Products take so many rows at once.
const together = 32;

/** How numbers are decoded. */
export type Encoding = Omit<Encoded, "slabs">;

/** Numbers that are decoded as they are used. */
export function encoded(encoding: Encoding): Encoded {
  const { length, permuted } = encoding;
  const decode: Encoded["decode"] = (from, to, out, at) => encoding.decode(from, to, out, at);
  return {
    length,
    decode,
    permuted,
    slabs(layout, groups, take, body) {
      const { rows, channels, rowStep, channelStep } = layout;
      if (groups !== 1 || rows === 0) {
        // What groups have is little.
        const floats = take(length);
        decode(0, length, floats, 0);
        return body({ ...layout, first: 0 }, floats);
      }
      const perRow = length / rows;
      eachPart(rows, perRow, take, (first, count, floats) => {
        if (rowStep >= perRow) {
          decode(first * perRow, (first + count) * perRow, floats, 0);
          return body({ first, rows: count, rowStep, channelStep }, floats);
        }
        const [from, step] = [first * rowStep, count * rowStep];
        for (let c = 0; c < channels; c++) {
          decode(c * channelStep + from, c * channelStep + from + step, floats, c * step);
        }
        const offsets = (whole: Int32Array): Int32Array =>
          whole.map((offset) => Math.floor(offset / channelStep) * step + (offset % channelStep));
        body({ first, rows: count, rowStep, channelStep: step, offsets }, floats);
      });
    },
  };
}

/** Rows a bounded number at a time, in the one array that `take` gives. */
export function eachPart(
  rows: number, perRow: number, take: TakeFloats, body: (first: number, count: number, floats: Float32Array) => void,
): void {
  const atOnce = Math.min(rows, Math.max(4, Math.floor(most / perRow / together) * together));
  const floats = take(atOnce * perRow);
  for (let first = 0; first < rows; first += atOnce) body(first, Math.min(atOnce, rows - first), floats);
}
