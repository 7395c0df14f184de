import { expect, test } from "vitest";
import { decodePng, encodePng, ImageFormatError } from "../src/index.ts";
import { crc32, writeChunks } from "../src/files/png-chunk.ts";
import { adler32, deflate, store } from "../src/files/zlib.ts";
import { ihdr, makePng, rows, type Made } from "./make-png.ts";

const gray: Made = { width: 2, height: 2, depth: 8, type: 0, samples: [1, 2, 3, 4] };
const indexed: Made = { width: 2, height: 1, depth: 4, type: 3, samples: [0, 2], palette: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
const end = ["IEND", new Uint8Array(0)] as const;
const data = ["IDAT", store(rows(gray))] as const;
const head = (changes: object = {}): readonly ["IHDR", Uint8Array] => ["IHDR", ihdr({ ...gray, ...changes })];
const without = (at: number, bytes = makePng(gray)): Uint8Array => bytes.slice(0, at);
const changed = (at: number, byte: number, bytes = makePng(gray)): Uint8Array => bytes.with(at, byte);
const headed = (at: number, byte: number): Uint8Array => writeChunks([["IHDR", ihdr(gray).with(at, byte)], data, end]);
const pixels = (bytes: Uint8Array): Uint8Array => writeChunks([head(), ["IDAT", bytes], end]);

test.each<readonly [string, Uint8Array, string]>([
  ["no bytes", new Uint8Array(0), "takes the signature 137 80 78 71 13 10 26 10, got  (at byte 0)"],
  ["a signature alone", without(8), "takes a chunk of at least 12 bytes, got 0 to the end (at byte 8)"],
  ["a file cut within a chunk", without(20), "takes 13 bytes of IHDR, got 0 to the end (at byte 8)"],
  ["a file without an end", without(makePng(gray).length - 12),
    "takes a chunk of at least 12 bytes, got 0 to the end (at byte 62)"],
  ["a changed byte", changed(16, 9), "takes CRC 0xd0485810 after IHDR, got 0x57dd52f8 (at byte 29)"],
  ["a chunk without a name", changed(12, 0), 'takes four letters as a chunk\'s type, got "\\u0000HDR" (at byte 12)'],
  ["pixels before the header", writeChunks([data, head(), end]),
    "takes IHDR of 13 bytes first, got IDAT of 17 (at byte 16)"],
  ["no width", writeChunks([head({ width: 0 }), data, end]),
    "takes from 1 to 33554432 pixels, got 0 × 2 (at byte 16)"],
  ["2^31 columns", writeChunks([head({ width: 2 ** 31 }), data, end]),
    "takes from 1 to 33554432 pixels, got 2147483648 × 2 (at byte 16)"],
  ["2^32 − 1 rows and columns", writeChunks([head({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }), data, end]),
    "takes from 1 to 33554432 pixels, got 4294967295 × 4294967295 (at byte 16)"],
  ["an unknown colour type", headed(9, 5), "takes colour type 0, 2, 3, 4 or 6, got 5 (at byte 25)"],
  ["an unknown depth", headed(8, 3), "takes 1, 2, 4, 8, 16 bits for gray, got 3 (at byte 24)"],
  ["a depth of another type", writeChunks([["IHDR", ihdr(gray).with(9, 2).with(8, 4)], data, end]),
    "takes 8, 16 bits for rgb, got 4 (at byte 24)"],
  ["another compression", headed(10, 1), "takes compression 0, filter 0, interlace 0 or 1, got 1, 0, 0 (at byte 26)"],
  ["another interlacing", headed(12, 2), "takes compression 0, filter 0, interlace 0 or 1, got 0, 0, 2 (at byte 26)"],
  ["no pixels at all", writeChunks([head(), end]), "takes IDAT, got none (at byte 45)"],
  ["an unknown critical chunk", writeChunks([head(), ["MUST", new Uint8Array(0)], data, end]),
    "takes IHDR, PLTE, IDAT, IEND in order, got MUST (at byte 37)"],
  ["two headers", writeChunks([head(), head(), data, end]),
    "takes IHDR, PLTE, IDAT, IEND in order, got IHDR (at byte 37)"],
  ["pixels in two places", writeChunks([head(), data, ["teXt", new Uint8Array(1)], data, end]),
    "takes IHDR, PLTE, IDAT, IEND in order, got IDAT (at byte 79)"],
  ["two palettes", writeChunks([head(), ["PLTE", new Uint8Array(3)], ["PLTE", new Uint8Array(3)], data, end]),
    "takes IHDR, PLTE, IDAT, IEND in order, got PLTE (at byte 52)"],
  ["no palette", writeChunks([head({ type: 3 }), data, end]), "takes PLTE before IDAT, got none (at byte 41)"],
  ["a palette of 4 bytes", makePng({ ...indexed, palette: [1, 2, 3, 4] }),
    "takes a palette of 1 to 16 × 3 bytes, got 4 (at byte 41)"],
  ["a palette larger than its indices", makePng({ ...indexed, depth: 1, samples: [0, 1] }),
    "takes a palette of 1 to 2 × 3 bytes, got 9 (at byte 41)"],
  ["a colour outside the palette", makePng({ ...indexed, palette: [1, 2, 3, 4, 5, 6] }),
    "takes colours below 2, the palette's size, got 2 in row 0 (at byte 59)"],
  ["more alphas than colours", makePng({ ...indexed, transparency: [1, 2, 3, 4] }),
    "takes tRNS behind PLTE with at most 3 bytes, got 4 (at byte 62)"],
  ["a transparent colour of another type", makePng({ ...gray, transparency: [1] }),
    "takes tRNS of 2 bytes with gray, got 1 bytes (at byte 41)"],
  ["a transparent colour beside alphas",
    makePng({ ...gray, type: 4, samples: [1, 2, 3, 4, 5, 6, 7, 8], transparency: [0, 1] }),
    "takes no tRNS with gray and alpha, got 2 bytes (at byte 41)"],
  ["an unknown filter", pixels(store(Uint8Array.from([0, 1, 2, 5, 3, 4]))),
    "takes filters 0 to 4, got 5 in row 1 (at byte 41)"],
  ["too few pixels", pixels(store(Uint8Array.from([0, 1, 2, 0, 3]))),
    "takes 6 bytes of pixels when inflated, got only 5 (at byte 41)"],
  ["too many pixels", pixels(store(Uint8Array.from([0, 1, 2, 0, 3, 4, 5]))),
    "takes 6 bytes of pixels when inflated, got more than 6 bytes (at byte 41)"],
  ["pixels that are not compressed", pixels(rows(gray)),
    "takes 6 bytes of pixels when inflated, got damaged data after 0 of them (at byte 41)"],
])("decodePng refuses %s", async (_, bytes, reason) => {
  const error = await decodePng(bytes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ImageFormatError);
  const { message, format, position, name } = error as ImageFormatError;
  expect(message).toBe(`PNG: ${reason}`);
  expect([format, name]).toEqual(["PNG", "ImageFormatError"]);
  expect(message).toContain(`(at byte ${position})`);
});

test.each([
  ["without any compressed pixels", () => new Uint8Array(0)],
  ["cut within the compressed pixels", (bytes: Uint8Array) => bytes.slice(0, -6)],
  ["cut within their checksum", (bytes: Uint8Array) => bytes.slice(0, -2)],
  ["with another checksum", (bytes: Uint8Array) => bytes.with(-1, bytes.at(-1)! ^ 1)],
  ["with bytes behind their end", (bytes: Uint8Array) => Uint8Array.from([...bytes, 0, 1, 2, 3, 4, 5, 6])],
])("decodePng refuses a file %s", async (_, change) => {
  const file = pixels(change(await deflate(rows(gray))));
  await expect(decodePng(file)).rejects.toThrow(/^PNG: takes 6 bytes of pixels when inflated, got /);
});

test("bytes behind the last chunk and chunks nobody knows are passed over", async () => {
  const file = writeChunks([head(), ["tEXt", new Uint8Array(3)], data, ["zzZz", new Uint8Array(5)], end]);
  const { data: read } = await decodePng(Uint8Array.from([...file, 1, 2, 3]));
  expect(Array.from(read.filter((_, i) => i % 4 === 0))).toEqual([1, 2, 3, 4]);
});

test("pixels may be spread over chunks of any size, empty ones too", async () => {
  const bytes = await deflate(rows(gray));
  const pieces = Array.from(bytes, (_, i) => ["IDAT", bytes.subarray(i, i + 1)] as const);
  const { data: read } = await decodePng(writeChunks([head(), ["IDAT", bytes.subarray(0, 0)], ...pieces, end]));
  expect(Array.from(read.filter((_, i) => i % 4 === 0))).toEqual([1, 2, 3, 4]);
});

test("the limit on pixels is the caller's to set", async () => {
  const file = await encodePng({ width: 3, height: 2, data: new Uint8ClampedArray(24) });
  await expect(decodePng(file, { maxPixels: 5 })).rejects.toThrow("PNG: takes from 1 to 5 pixels, got 3 × 2");
  expect((await decodePng(file, { maxPixels: 6 })).width).toBe(3);
});

test("checksums are those of the published check values", () => {
  const text = Uint8Array.from("123456789", (character) => character.charCodeAt(0));
  expect(crc32(text).toString(16)).toBe("cbf43926");
  expect(adler32(text).toString(16)).toBe("91e01de");
  // A million bytes of 255: a = 1 + 255e6, b = 1e6 + 255 · 1e6 (1e6 + 1) / 2, both modulo 65521.
  const a = (1 + 255e6) % 65521;
  const b = Number((10n ** 6n + (255n * 10n ** 6n * (10n ** 6n + 1n)) / 2n) % 65521n);
  expect(adler32(new Uint8Array(1e6).fill(255))).toBe(b * 65536 + a);
});
