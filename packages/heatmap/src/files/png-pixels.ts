/** From the samples of a PNG's rows to 8-bit RGBA. */
import type { PngHeader } from "./png-header.ts";

/** `samples[i]` ← the i-th group of `depth` bits of a row, the highest bits first. */
export function unpack(row: Uint8Array, depth: number, samples: Uint16Array): void {
  if (depth === 8) {
    samples.set(row);
  } else if (depth === 16) {
    for (let i = 0; i < samples.length; i++) samples[i] = (row[2 * i]! << 8) | row[2 * i + 1]!;
  } else {
    const mask = 2 ** depth - 1;
    for (let i = 0; i < samples.length; i++) {
      const bit = i * depth;
      samples[i] = (row[bit >> 3]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
}

/** Why a row cannot be painted. */
export interface BadSample {
  readonly takes: string;
  readonly got: string;
}

/** Writes a row of samples as pixels to `data`, the first at `at` and each next one `step` bytes on. */
export type PixelPainter = (
  samples: Uint16Array, data: Uint8ClampedArray, at: number, step: number,
) => BadSample | undefined;

/** What turns the rows of this file into pixels. */
export function pixelPainter(
  header: PngHeader, palette: Uint8Array | undefined, transparency: Uint8Array | undefined,
): PixelPainter {
  if (palette !== undefined && header.color.name === "palette") return fromPalette(palette, transparency);
  const scale = 255 / (2 ** header.depth - 1);
  const { samples: count } = header.color;
  const colors = count < 3 ? 1 : 3;
  const hasAlpha = count % 2 === 0;
  const key = transparency === undefined ? undefined : new Uint16Array(colors);
  if (key !== undefined) unpack(transparency!, 16, key);
  return (samples, data, at, step) => {
    for (let i = 0; i < samples.length; i += count, at += step) {
      const [red, green, blue] = [samples[i]!, samples[i + (colors >> 1)]!, samples[i + colors - 1]!];
      data[at] = red * scale; // a clamped array rounds to nearest
      data[at + 1] = green * scale;
      data[at + 2] = blue * scale;
      const hidden = key !== undefined && red === key[0] && green === key[colors >> 1] && blue === key[colors - 1];
      data[at + 3] = hasAlpha ? samples[i + colors]! * scale : hidden ? 0 : 255;
    }
    return undefined;
  };
}

function fromPalette(palette: Uint8Array, alphas: Uint8Array = new Uint8Array(0)): PixelPainter {
  return (samples, data, at, step) => {
    for (let i = 0; i < samples.length; i++, at += step) {
      const from = samples[i]! * 3;
      if (from >= palette.length) {
        return { takes: `colours below ${palette.length / 3}, the palette's size`, got: `${samples[i]}` };
      }
      data[at] = palette[from]!;
      data[at + 1] = palette[from + 1]!;
      data[at + 2] = palette[from + 2]!;
      data[at + 3] = alphas[samples[i]!] ?? 255;
    }
    return undefined;
  };
}
