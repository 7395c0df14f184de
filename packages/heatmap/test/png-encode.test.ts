import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePng, encodePng, type Image } from "../src/index.ts";
import { encodePngStored } from "../src/files/png-encode.ts";
import { FILTERS, filterRow, filterRows, paeth, unfilterRow } from "../src/files/png-filter.ts";

/** Pictures that are gray, opaque, both or neither. */
const images: fc.Arbitrary<Image> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    gray: fc.boolean(),
    opaque: fc.boolean(),
    seed: fc.uint8Array({ minLength: 4, maxLength: 64 }),
  })
  .map(({ width, height, gray, opaque, seed }) => {
    const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => {
      if (i % 4 === 3) return opaque ? 255 : seed[i % seed.length]!;
      const from = gray ? i - (i % 4) : i;
      return (seed[from % seed.length]! + (from >> 5)) % 256;
    });
    return { width, height, data };
  });

test.each([
  ["encodePng", encodePng],
  ["encodePngStored", (image: Image) => Promise.resolve(encodePngStored(image))],
])("decodePng gives back what %s was given", async (_, write) => {
  await fc.assert(
    fc.asyncProperty(images, async (image) => {
      const { width, height, data } = await decodePng(await write(image));
      expect([width, height, data.length]).toEqual([image.width, image.height, image.data.length]);
      expect(data.every((value, i) => value === image.data[i])).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ["gray and opaque", [7, 7, 7, 255], 0],
  ["coloured and opaque", [7, 8, 7, 255], 2],
  ["coloured in blue alone", [7, 7, 8, 255], 2],
  ["gray and transparent", [7, 7, 7, 254], 6],
])("a picture that is %s is written as the least colour type that holds it", async (_, pixel, type) => {
  const file = await encodePng({ width: 1, height: 1, data: Uint8ClampedArray.from(pixel) });
  expect([file[24], file[25], file[28]]).toEqual([8, type, 0]);
});

test("an enlarged picture costs little more than the original", async () => {
  const noise = (scale: number): Image => {
    const side = 16 * scale;
    const data = new Uint8ClampedArray(side * side * 4).map((_, i) => {
      const x = Math.floor(((i >> 2) % side) / scale);
      const y = Math.floor((i >> 2) / side / scale);
      return i % 4 === 3 ? 255 : (x * x * 7 + y * y * 13 + x * y * (i % 4) * 31) % 256;
    });
    return { width: side, height: side, data };
  };
  const [small, large] = [await encodePng(noise(1)), await encodePng(noise(8))];
  // 64 times the pixels. Rows that repeat the one above become zeros.
  expect(large.length).toBeLessThan(4 * small.length);
});

test("every filter is undone by its inverse", () => {
  const row = fc.integer({ min: 1, max: 30 }).chain((length) => {
    const bytes = fc.uint8Array({ minLength: length, maxLength: length });
    return fc.tuple(bytes, bytes);
  });
  fc.assert(
    fc.property(row, fc.integer({ min: 1, max: 8 }), ([bytes, above], step) => {
      for (let filter = 0; filter < FILTERS; filter++) {
        const out = new Uint8Array(bytes.length);
        filterRow(filter, bytes, above, step, out);
        unfilterRow(filter, out, above, step);
        expect(out).toEqual(bytes);
      }
    }),
  );
});

test.each([
  // left + above − corner, then the nearest; left before above before corner on ties.
  [10, 20, 10, 20],
  [20, 10, 10, 20],
  [10, 20, 20, 10],
  [10, 20, 15, 15],
  [5, 5, 5, 5],
  [0, 2, 1, 1],
  [1, 5, 3, 3],
  [1, 3, 4, 1],
  [6, 12, 10, 6],
  [12, 6, 10, 6],
])("Paeth predicts from left %i, above %i and corner %i the value %i", (left, above, corner, value) => {
  expect(paeth(left, above, corner)).toBe(value);
});

test.each([
  // Two bytes a pixel; above are 3 4 200 6. By hand, each from what stands left of it in the result.
  ["none", 0, [10, 20, 250, 7]],
  ["left", 1, [10, 20, 4, 27]], // 250 + 10, 7 + 20
  ["above", 2, [13, 24, 194, 13]], // 250 + 200 − 256
  ["their mean, rounded down", 3, [11, 22, 99, 21]], // 10 + 1, 20 + 2, 250 + 105 − 256, 7 + 14
  ["Paeth's choice", 4, [13, 24, 194, 31]], // above twice, then above 200, then left 24
])("a row is restored from %s", (_, filter, expected) => {
  const row = Uint8Array.of(10, 20, 250, 7);
  unfilterRow(filter, row, Uint8Array.of(3, 4, 200, 6), 2);
  expect(Array.from(row)).toEqual(expected);
});

test("rows get the filter that leaves the least", () => {
  // A slope is best seen from the left (1), a repeated row from above (2), zeros as they are (0).
  const pixels = Uint8Array.from([[10, 20, 30, 40], [10, 20, 30, 40], [0, 0, 0, 0]].flat());
  expect(Array.from(filterRows(pixels, 4, 1))).toEqual([1, 10, 10, 10, 10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("a picture whose data do not fit its size is refused", async () => {
  await expect(encodePng({ width: 2, height: 2, data: new Uint8ClampedArray(15) })).rejects.toThrow(
    "encodePng: takes an image with 4 · width · height bytes, got 2 × 2 and 15",
  );
});
