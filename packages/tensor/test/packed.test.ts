import { expect, test } from "vitest";
import { packed, unpacked } from "../src/simd/packed.ts";

test("every byte comes back, wherever it stands", () => {
  const bytes = Uint8Array.from({ length: 1024 }, (_, i) => (i * 7) % 256);
  expect(unpacked(packed(bytes))).toEqual(bytes);
  expect(unpacked("")).toEqual(new Uint8Array(0));
});

test("the text is printable and needs no escape in quotes", () => {
  const text = packed(Uint8Array.from({ length: 256 }, (_, i) => i));
  expect(text).toMatch(/^[ !#-\[\]-~]+$/);
});
