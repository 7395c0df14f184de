import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeImage, encodePng, encodePpm, ImageFormatError, type Image } from "../src/index.ts";
import { crc32 } from "../src/files/png-chunk.ts";
import { makePng, type Made } from "./make-png.ts";
import { bytesOf, samples } from "./samples.ts";

const picture: Image = {
  width: 13,
  height: 7,
  data: Uint8ClampedArray.from({ length: 13 * 7 * 4 }, (_, i) => (i * i * 3) % 251),
};
const interlaced: Made = {
  width: 9,
  height: 9,
  depth: 2,
  type: 3,
  samples: Array.from({ length: 81 }, (_, i) => (i * i) % 4),
  palette: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  transparency: [9, 8],
  filters: [0, 1, 2, 3, 4],
  interlaced: true,
};
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const files = [
  ...Object.values(samples).map(([base64]) => bytesOf(base64)),
  makePng(interlaced),
  await encodePng(picture),
  encodePpm(picture),
  encodePpm({ ...picture, data: picture.data.map((_, i) => i - (i % 4)) }),
  ascii("P3 # digits\n2 2 9\n1 2 3  4 5 6\n7 8 9 0 1 2\n"),
  ascii("P2\n3 1\n65535\n0 32768 65535"),
];

/** One change to a file's bytes. */
const edit = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("word" as const), at: fc.nat(), byte: fc.constantFrom(0, 127, 128, 255) }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), byte: fc.nat(255) }),
);

function apply(bytes: Uint8Array, edits: readonly { kind: string; at: number; byte: number }[]): Uint8Array {
  let out = Array.from(bytes);
  for (const { kind, at, byte } of edits) {
    const i = at % (out.length + 1);
    if (kind === "set") out[i] = byte;
    else if (kind === "insert") out.splice(i, 0, byte);
    else if (kind === "cut") out = out.slice(0, i);
    else if (kind === "word") out.splice(i, 4, byte, 255, 255, 255);
    else out.splice(i, 0, ...out.slice(i, i + byte));
  }
  return Uint8Array.from(out);
}

/** The same file with every CRC made right, so that what is behind the check is reached. */
function repaired(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes);
  const view = new DataView(out.buffer);
  for (let at = 8; at + 12 <= out.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > out.length) break;
    view.setUint32(end, crc32(out.subarray(at + 4, end)));
    at = end + 4;
  }
  return out;
}

test("a changed file becomes a picture or an ImageFormatError, soon and within its limit", async () => {
  const seen = { pictures: 0, refused: 0 };
  let slowest = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(),
      async (file, edits, repair) => {
        const changed = apply(file, edits);
        const bytes = repair && changed[0] === 0x89 ? repaired(changed) : changed;
        const start = performance.now();
        try {
          const { width, height, data } = await decodeImage(bytes, { maxPixels: 2 ** 16 });
          expect(data.length).toBe(width * height * 4);
          expect(width * height).toBeLessThanOrEqual(2 ** 16);
          seen.pictures++;
        } catch (error) {
          if (!(error instanceof ImageFormatError)) throw error;
          expect(error.position).toBeLessThanOrEqual(bytes.length);
          seen.refused++;
        }
        slowest = Math.max(slowest, performance.now() - start);
      },
    ),
    { numRuns: 4000 },
  );
  // Both ends are reached often, or the changes prove nothing.
  expect(seen.pictures).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(1000);
  expect(slowest).toBeLessThan(1000);
});

test("every beginning of a file is refused, none is read as less", async () => {
  for (const file of files.slice(0, -2)) {
    for (let length = 0; length < file.length; length++) {
      await expect(decodeImage(file.subarray(0, length))).rejects.toThrow(ImageFormatError);
    }
  }
});
