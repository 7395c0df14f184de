import { describe, expect, test } from "vitest";
import { decodeImage, ImageFormatError, readJpegHeader, type Image } from "../src/index.ts";
import { oriented } from "../src/image/oriented.ts";

/** Pixels of these grays. */
const picture = (width: number, ...grays: readonly number[]): Image => ({
  width, height: grays.length / width, data: Uint8ClampedArray.from(grays.flatMap((gray) => [gray, gray, gray, 255])),
});
const grays = ({ width, data }: Image): readonly number[] => [width, ...data.filter((_, at) => at % 4 === 0)];

/** A segment of Exif data with this orientation, of either byte order. */
function exif(orientation: number, little: boolean): readonly number[] {
  const two = (value: number): readonly number[] => (little ? [value, 0] : [0, value]);
  const four = (value: number): readonly number[] => (little ? [value, 0, 0, 0] : [0, 0, 0, value]);
  const tag = (high: number, low: number): readonly number[] => (little ? [low, high] : [high, low]);
  const order = little ? 0x49 : 0x4d;
  const other = [...tag(1, 0x0f), ...two(2), ...four(1), ...four(0)];
  const wanted = [...tag(1, 0x12), ...two(3), ...four(1), ...two(orientation), 0, 0];
  const tiff = [order, order, ...two(42), ...four(8), ...two(2), ...other, ...wanted, ...four(0)];
  const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return [0xff, 0xe1, 0, body.length + 2, ...body];
}

/** The beginning of a JPEG file of 3 × 2 pixels. */
const jpeg = (...segments: readonly number[]): Uint8Array => Uint8Array.from([
  0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, ...segments, 0xff, 0xff, 0xc2, 0, 8, 8, 0, 2, 0, 3, 1, 0xff, 0xda, 0, 2,
]);

const stored = picture(3, 1, 2, 3, 4, 5, 6);

describe("an Exif orientation", () => {
  test.each<readonly [number, ...number[]]>([
    [1, 3, 1, 2, 3, 4, 5, 6], [2, 3, 3, 2, 1, 6, 5, 4], [3, 3, 6, 5, 4, 3, 2, 1], [4, 3, 4, 5, 6, 1, 2, 3],
    [5, 2, 1, 4, 2, 5, 3, 6], [6, 2, 4, 1, 5, 2, 6, 3], [7, 2, 6, 3, 5, 2, 4, 1], [8, 2, 3, 6, 2, 5, 1, 4],
  ])("%i turns the picture", (orientation, ...wanted) => {
    expect(grays(oriented(stored, orientation))).toEqual(wanted);
    expect(() => oriented(stored, orientation + 8)).toThrow("oriented: takes an orientation from 1 to 8, got ");
  });

  test("is found in either byte order, and 1 where there is none or one that does not exist", () => {
    const found = (...segments: readonly number[]) => readJpegHeader(jpeg(...segments));
    expect([true, false].map((little) => found(...exif(6, little)))).toEqual(
      new Array(2).fill({ width: 3, height: 2, orientation: 6 }),
    );
    expect([found(), found(...exif(9, true)), found(...exif(0, true))].map((header) => header?.orientation)).toEqual(
      [1, 1, 1],
    );
  });

  test("turns what a decoder read, where it is asked to", async () => {
    const bytes = jpeg(...exif(8, true));
    const decoder = { jpeg: () => stored };
    expect(grays(await decodeImage(bytes, { ...decoder, orient: true }))).toEqual([2, 3, 6, 2, 5, 1, 4]);
    expect(await decodeImage(bytes, decoder)).toBe(stored);
  });

  test("in a damaged header is none, and nothing is read beyond it", () => {
    const bytes = jpeg(...exif(6, false));
    for (let length = 0; length < bytes.length; length++) {
      const cut = readJpegHeader(bytes.subarray(0, length));
      expect(cut === undefined || cut.orientation === 6).toBe(true);
      for (const value of [0, 1, 0xff]) readJpegHeader(bytes.with(length, value));
    }
  });
});

test("a JPEG picture that declares too many pixels is refused before anyone decodes it", async () => {
  let asked = false;
  const decoder = {
    jpeg: () => {
      asked = true;
      return stored;
    },
  };
  await expect(decodeImage(jpeg(), { ...decoder, maxPixels: 5 })).rejects.toThrow(ImageFormatError);
  expect(asked).toBe(false);
  await decodeImage(jpeg(), { ...decoder, maxPixels: 6 });
  expect(asked).toBe(true);
});
