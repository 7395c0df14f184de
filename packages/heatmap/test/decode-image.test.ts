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

test.each([
  ["no bytes", new Uint8Array(0)],
  ["GIF", bytes(0x47, 0x49, 0x46, 0x38)],
  ["BMP", bytes(0x42, 0x4d)],
  ["TIFF", bytes(0x4d, 0x4d, 0, 0x2a)],
  ["WebP", bytes(0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50)],
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
