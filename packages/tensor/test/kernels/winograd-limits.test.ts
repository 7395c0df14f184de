/** What Winograd knows of its weights. */
import { expect, test } from "vitest";
import { limitsOf } from "../../src/simd/winograd-limits.ts";
import type { ConvGeometry } from "../../src/index.ts";

const geometry = (batch: number, side: number): ConvGeometry => ({
  batch, groups: 1, channelsIn: 16, channelsOut: 3, input: [1, side, side], output: [1, side, side],
  kernel: [1, 3, 3], stride: [1, 1, 1], padding: [0, 1, 1], dilation: [1, 1, 1],
});

const take = (length: number): Float32Array => new Float32Array(length);

test("limits are read off weights once for each direction, whatever the images", () => {
  const weight = Float32Array.from({ length: 3 * 16 * 9 }, (_, i) => Math.sin(i));
  const limits = limitsOf(weight, { geometry: geometry(1, 8), transposed: false }, take);
  expect(limitsOf(weight, { geometry: geometry(5, 30), transposed: false }, take)).toBe(limits);
  const back = limitsOf(weight, { geometry: geometry(1, 8), transposed: true }, take);
  expect([limits.length, back.length]).toEqual([6, 32]);
  expect(limitsOf(weight.slice(), { geometry: geometry(1, 8), transposed: false }, take)).toEqual(limits);
});
