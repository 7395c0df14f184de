import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePpm, encodePpm, ImageFormatError, type Image } from "../src/index.ts";

const bytes = (text: string, ...rest: readonly number[]): Uint8Array =>
  Uint8Array.from([...Array.from(text, (character) => character.charCodeAt(0)), ...rest]);
const colors = ({ data }: Image): number[] => Array.from(data.filter((_, i) => i % 4 !== 3));

test.each([
  ["P6", bytes("P6 2 1 255\n", 1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6]],
  ["P5", bytes("P5\n1\n2\n255\n", 7, 8), [7, 7, 7, 8, 8, 8]],
  ["P5 of 16 bits", bytes("P5 2 1 65535 ", 128, 128, 1, 1), [128, 128, 128, 1, 1, 1]],
  ["P6 of 4 bits", bytes("P6 1 1 15\n", 0, 15, 3), [0, 255, 51]],
  ["P3", bytes("P3\n1 1 100\n0 50 100"), [0, 128, 255]],
  ["P2 with comments", bytes("P2 # gray\n# three\n3 1 # wide\n4\n 4 2\t1 # the end"),
    [255, 255, 255, 128, 128, 128, 64, 64, 64]],
  ["a second picture passed over", bytes("P5 1 1 255\n", 9, 80, 53, 10), [9, 9, 9]],
])("decodePpm reads %s", (_, file, expected) => {
  const image = decodePpm(file);
  expect(colors(image)).toEqual(expected);
  expect(Array.from(image.data.filter((__, i) => i % 4 === 3)).every((alpha) => alpha === 255)).toBe(true);
});

test.each([
  ["nothing", bytes(""), 'takes P2, P3, P5 or P6 first, got "\\u0000\\u0000" (at byte 0)'],
  ["a bitmap", bytes("P4 1 1 ", 0), 'takes P2, P3, P5 or P6 first, got "P4" (at byte 0)'],
  ["no width", bytes("P5 x"), "takes digits for a width, got byte 120 (at byte 3)"],
  ["a negative height", bytes("P5 1 -1 255 "), "takes digits for a height, got byte 45 (at byte 5)"],
  ["no largest sample", bytes("P5 1 1 "), "takes digits for the largest sample, got the end (at byte 7)"],
  ["an extent of 0", bytes("P5 0 1 255 "), "takes from 1 to 33554432 pixels, got 0 × 1 (at byte 2)"],
  ["huge extents", bytes("P5 99999999999999999999 99999999999999999999 255 "),
    "takes from 1 to 33554432 pixels, got 9999999999 × "],
  ["a largest sample of 0", bytes("P5 1 1 0 ", 0), "takes 1 to 65535 as the largest sample, got 0 (at byte 8)"],
  ["a largest sample of 65536", bytes("P5 1 1 65536 ", 0),
    "takes 1 to 65535 as the largest sample, got 65536 (at byte 12)"],
  ["too few bytes", bytes("P6 2 2 255\n", 1, 2), "takes at least 12 bytes of samples, got 2 (at byte 13)"],
  ["too few bytes of 16 bits", bytes("P5 1 1 256\n", 1), "takes at least 2 bytes of samples, got 1 (at byte 12)"],
  ["too few digits", bytes("P3 1 1 255 1 2"), "takes at least 5 bytes of samples, got 3 (at byte 14)"],
  ["digits that end", bytes("P3 1 1 255 111 222"), "takes digits for a sample, got the end (at byte 18)"],
  ["a sample above the largest", bytes("P5 1 1 9 ", 10), "takes samples up to 9, got 10 (at byte 9)"],
  ["digits above the largest", bytes("P2 1 1 9 10"), "takes samples up to 9, got 10 (at byte 11)"],
  ["samples right behind the header", bytes("P5 1 1 9x", 1),
    "takes white space before the samples, got byte 120 (at byte 8)"],
])("decodePpm refuses %s", (_, file, reason) => {
  expect(() => decodePpm(file)).toThrow(ImageFormatError);
  expect(() => decodePpm(file)).toThrow(`PPM: ${reason}`);
});

test("a picture of the largest size is refused before anything is allocated for it", () => {
  const start = performance.now();
  expect(() => decodePpm(bytes("P6 8192 4096 255\n"))).toThrow("takes at least 100663296 bytes of samples, got 0");
  expect(() => decodePpm(bytes("P3 8192 4096 255\n"))).toThrow("takes at least 201326591 bytes of samples, got 0");
  expect(performance.now() - start).toBeLessThan(50);
});

test("decodePpm gives back what encodePpm was given, gray as P5 and colour as P6", () => {
  const images = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.uint8Array({ minLength: 3, maxLength: 90 }), fc.boolean());
  fc.assert(
    fc.property(images, ([width, seed, gray]) => {
      const height = Math.ceil(seed.length / width / 3);
      const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : seed[(gray ? i >> 2 : i) % seed.length]!,
      );
      const file = encodePpm({ width, height, data });
      expect(decodePpm(file)).toEqual({ width, height, data });
      const isGray = data.every((byte, i) => i % 4 === 3 || byte === data[i - (i % 4)]);
      expect(file[1]).toBe((isGray ? "5" : "6").charCodeAt(0));
    }),
  );
});

test("transparency becomes white in a PPM", () => {
  // α = 51 / 255 = 0.2: 0.2 · 100 + 0.8 · 255 = 224.
  const image = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 0, 100, 100, 100, 51) };
  expect(colors(decodePpm(encodePpm(image)))).toEqual([255, 255, 255, 224, 224, 224]);
});
