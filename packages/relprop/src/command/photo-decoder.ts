/** JPEG, WebP and AVIF pictures, by a decoder that the user has. */
import type { DecodeImageOptions, Image } from "@relprop/heatmap";
import { InputError, type Terminal } from "./terminal.ts";

/** What is used of `jpeg-js`. */
interface JpegJs {
  decode(bytes: Uint8Array, options: { readonly useTArray: true }): {
    readonly width: number; readonly height: number; readonly data: Uint8Array;
  };
}

/** What is used of `sharp`. */
interface Sharp {
  toColourspace(name: "srgb"): Sharp;
  ensureAlpha(): Sharp;
  raw(): Sharp;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Uint8Array; readonly info: { readonly width: number; readonly height: number };
  }>;
}

/** How decoders are asked, in the order in which they are looked for. */
const DECODERS: readonly (readonly [name: string, decode: (module: unknown, bytes: Uint8Array) => Promise<Image>])[] = [
  ["jpeg-js", async (module, bytes) => {
    const { width, height, data } = (module as JpegJs).decode(bytes, { useTArray: true });
    return { width, height, data: clamped(data) };
  }],
  ["sharp", async (module, bytes) => {
    const pixels = (module as (bytes: Uint8Array) => Sharp)(bytes).toColourspace("srgb").ensureAlpha().raw();
    const { data, info: { width, height } } = await pixels.toBuffer({ resolveWithObject: true });
    return { width, height, data: clamped(data) };
  }],
];

/** Decoders by what is installed; they throw an `InputError` that says what to install where nothing is. */
export function photoDecoder(path: string, terminal: Terminal): Required<Pick<DecodeImageOptions, "jpeg" | "decoder">> {
  const decoded = async (bytes: Uint8Array, format: string, decoders: typeof DECODERS): Promise<Image> => {
    for (const [name, decode] of decoders) {
      const loaded = await terminal.load(name);
      if (loaded === undefined) continue;
      try {
        return await decode((loaded as { readonly default?: unknown }).default ?? loaded, bytes);
      } catch (error) {
        throw new InputError(`${path}: ${name} cannot decode it: ${(error as Error).message}`, { cause: error });
      }
    }
    const [first, ...others] = decoders.map(([name]) => name);
    throw new InputError(
      `${path}: takes a decoder to read ${format}, got none: run \`npm install ${first}\` ` +
        `${others.map((name) => `(or ${name}) `).join("")}in this folder, or convert the picture to PNG`,
    );
  };
  const sharp = DECODERS.filter(([name]) => name === "sharp");
  return {
    jpeg: (bytes) => decoded(bytes, "JPEG", DECODERS),
    decoder: (bytes, format) => decoded(bytes, format, sharp),
  };
}

function clamped(bytes: Uint8Array): Uint8ClampedArray {
  return new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.length);
}
