/** JPEG pictures, by a decoder that the user has. */
import type { Image } from "@relprop/heatmap";
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

/** A decoder of JPEG by what is installed; throws an `InputError` that says what to install where nothing is. */
export function jpegDecoder(path: string, terminal: Terminal): (bytes: Uint8Array) => Promise<Image> {
  return async (bytes) => {
    for (const [name, decode] of DECODERS) {
      const loaded = await terminal.load(name);
      if (loaded === undefined) continue;
      try {
        return await decode((loaded as { readonly default?: unknown }).default ?? loaded, bytes);
      } catch (error) {
        throw new InputError(`${path}: ${name} cannot decode it: ${(error as Error).message}`, { cause: error });
      }
    }
    throw new InputError(
      `${path}: takes a decoder to read JPEG, got none: run \`npm install jpeg-js\` (or sharp) in this folder, ` +
        "or convert the picture to PNG",
    );
  };
}

function clamped(bytes: Uint8Array): Uint8ClampedArray {
  return new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.length);
}
