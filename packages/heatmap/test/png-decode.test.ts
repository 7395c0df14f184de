import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePng } from "../src/index.ts";
import { expectedPixel, makePng, samplesPerPixel, type Made } from "./make-png.ts";
import { bytesOf, samples } from "./samples.ts";

test.each(Object.entries(samples))("decodePng reads %s as another encoder wrote it", async (_, [base64, pixel]) => {
  const { width, height, data } = await decodePng(bytesOf(base64));
  expect([width, height]).toEqual([5, 4]);
  const expected = Array.from({ length: 20 }, (__, i) => pixel(i % 5, Math.floor(i / 5)));
  expect(Array.from(data)).toEqual(expected.flat());
});

const kinds = [
  [0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [2, 8], [2, 16], [3, 1], [3, 2], [3, 4], [3, 8], [4, 8], [4, 16], [6, 8],
  [6, 16],
] as const;

/** Pictures of one kind in any size up to 11 × 11, so that passes are empty, partial and repeated. */
const pictures = (type: Made["type"], depth: Made["depth"]): fc.Arbitrary<Made> =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 11 }),
      height: fc.integer({ min: 1, max: 11 }),
      interlaced: fc.boolean(),
      filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
      keyed: fc.boolean(),
      seed: fc.array(fc.nat(2 ** depth - 1), { minLength: 7, maxLength: 40 }),
    })
    .map(({ width, height, interlaced, filters, keyed, seed }) => {
      const count = width * height * samplesPerPixel[type];
      const all = Array.from({ length: count }, (_, i) => seed[(i * i + i) % seed.length]!);
      const colors = 2 ** depth;
      const palette = { palette: Array.from({ length: Math.min(colors, 256) * 3 }, (_, i) => (i * 89) % 256) };
      const key = all.slice(0, samplesPerPixel[type]).flatMap((sample) => [sample >> 8, sample & 255]);
      const transparency = type === 3 ? [0, 77] : key;
      const made = { width, height, depth, type, samples: all, interlaced, filters, ...(type === 3 ? palette : {}) };
      return keyed && type < 4 ? { ...made, transparency } : made;
    });

test.each(kinds)("decodePng reads colour type %i at %i bits, any filter, plain and interlaced", async (type, depth) => {
  await fc.assert(
    fc.asyncProperty(pictures(type, depth), async (made) => {
      const { data } = await decodePng(makePng(made));
      const expected = Array.from({ length: made.width * made.height }, (_, pixel) => expectedPixel(made, pixel));
      expect(Array.from(data)).toEqual(expected.flat());
    }),
    { numRuns: 40 },
  );
});

test("Paeth's filter predicts by the nearest of left, above and above left", async () => {
  // Two rows of 10, 20, 30 and 25, 26, 27. The second by hand: 25 − 10 (only above), then left + above − corner
  // = 25 + 20 − 10 = 35, nearest is left 25 → 1; 26 + 30 − 20 = 36, nearest is above 30 → −3 = 253.
  const made: Made = { width: 3, height: 2, depth: 8, type: 0, samples: [10, 20, 30, 25, 26, 27], filters: [0, 4] };
  const file = makePng(made);
  const at = file.findIndex((byte, i) => byte === 4 && file[i + 1] === 15 && file[i + 2] === 1 && file[i + 3] === 253);
  expect(at).toBeGreaterThan(0);
  const { data } = await decodePng(file);
  expect(Array.from(data.filter((_, i) => i % 4 === 0))).toEqual(made.samples);
});
