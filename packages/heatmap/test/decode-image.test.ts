import { expect, test } from "vitest";
import { decodeImage, encodePng, encodePpm, ImageFormatError, type Image } from "../src/index.ts";

const image: Image = { width: 1, height: 2, data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255) };
const bytes = (...start: readonly number[]): Uint8Array => {
  const file = new Uint8Array(start.length + 12);
  file.set(start);
  return file;
};
const jpeg = bytes(0xff, 0xd8, 0xff, 0xe0);

test("decodeImage tells PNG and PPM apart by themselves", async () => {
  expect(await decodeImage(await encodePng(image))).toEqual(image);
  expect(await decodeImage(encodePpm(image))).toEqual(image);
});

test("decodeImage hands JPEG to the decoder it was given, and else says what to do", async () => {
  expect(await decodeImage(jpeg, { jpeg: () => Promise.resolve(image) })).toBe(image);
  await expect(decodeImage(jpeg)).rejects.toThrow(
    "JPEG: takes a decoder as the option `jpeg`, got none: pass one, or convert the picture to PNG (at byte 0)",
  );
  await expect(decodeImage(jpeg, { jpeg: () => ({ ...image, width: 3 }) })).rejects.toThrow(
    "decodeImage: takes an image with 4 · width · height bytes, got 3 × 2 and 8",
  );
});

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const webp = (chunk: string, ...rest: readonly number[]): Uint8Array =>
  bytes(...ascii("RIFF"), 0, 0, 0, 0, ...ascii(`WEBP${chunk}`), 0, 0, 0, 0, ...rest);
const box = (width: number, height: number): number[] =>
  [0, 0, 0, 20, ...ascii("ispe"), 0, 0, 0, 0, 0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255];

test.each([
  ["WebP, lossy", webp("VP8 ", 0, 0, 0, 0x9d, 0x01, 0x2a, 300 & 255, 300 >> 8, 200, 0), 300, 200],
  ["WebP, lossless", webp("VP8L", 0x2f, 43, 1 | ((199 & 3) << 6), 199 >> 2, 0), 300, 200],
  ["WebP, extended", webp("VP8X", 0, 0, 0, 0, 299 & 255, 299 >> 8, 0, 199, 0, 0), 300, 200],
  ["AVIF of tiles", bytes(0, 0, 0, 32, ...ascii("ftypavif"), ...box(64, 64), ...box(300, 200)), 300, 200],
])("%s is handed to a decoder if it is not too large", async (_, file, width, height) => {
  const decoder = (given: Uint8Array, format: string): Image => {
    expect([given, /WebP|AVIF/.test(format)]).toEqual([file, true]);
    return image;
  };
  expect(await decodeImage(file, { decoder, maxPixels: width * height })).toBe(image);
  const tooMany = decodeImage(file, { decoder, maxPixels: width * height - 1 });
  await expect(tooMany).rejects.toThrow(`got ${width} × ${height}`);
});

test.each([
  ["no bytes", new Uint8Array(0)],
  ["GIF", bytes(0x47, 0x49, 0x46, 0x38)],
  ["BMP", bytes(0x42, 0x4d)],
  ["TIFF", bytes(0x4d, 0x4d, 0, 0x2a)],
  ["WebP: give the option `decoder`, or convert it to PNG", webp("VP8 ")],
  ["a file that begins with 104 105 0 0", bytes(104, 105)],
])("decodeImage refuses %s by name", async (name, file) => {
  await expect(decodeImage(file)).rejects.toThrow(ImageFormatError);
  await expect(decodeImage(file)).rejects.toThrow(`image: takes PNG, PGM or PPM, got ${name} (at byte 0)`);
});

test("a bitmap of Netpbm is refused as such", async () => {
  await expect(decodeImage(bytes(0x50, 0x34))).rejects.toThrow('PPM: takes P2, P3, P5 or P6 first, got "P4"');
});

test("limits are passed on", async () => {
  await expect(decodeImage(await encodePng(image), { maxPixels: 1 })).rejects.toThrow("takes from 1 to 1 pixels");
  await expect(decodeImage(encodePpm(image), { maxPixels: 1 })).rejects.toThrow("takes from 1 to 1 pixels");
});

test("decoders are given bytes that no other thread writes", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(jpeg.length));
  shared.set(jpeg);
  for (const file of [jpeg, shared]) {
    const given: Uint8Array<ArrayBuffer>[] = [];
    await decodeImage(file, { jpeg: (each) => (given.push(each), image) });
    expect(given[0]!.buffer).toBeInstanceOf(ArrayBuffer);
    expect([...given[0]!]).toEqual([...jpeg]);
  }
});
