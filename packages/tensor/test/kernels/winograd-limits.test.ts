/** What Winograd knows of its weights. */
import { expect, test } from "vitest";
import { limitsOf } from "../../src/simd/winograd-limits.ts";
import type { ConvGeometry } from "../../src/index.ts";

const geometry = (batch: number, side: number): ConvGeometry => ({
  batch, groups: 1, channelsIn: 16, channelsOut: 3, input: [1, side, side], output: [1, side, side],
  kernel: [1, 3, 3], stride: [1, 1, 1], padding: [0, 1, 1], dilation: [1, 1, 1],
});

const take = (length: number): Float32Array => new Float32Array(length);

const forward = { geometry: geometry(1, 8), transposed: false };
const weights = (): Float32Array => Float32Array.from({ length: 3 * 16 * 9 }, (_, i) => Math.sin(i));
const taps = Int32Array.from({ length: 9 }, (_, tap) => tap);
const rows = { rowStep: 16 * 9, channelStep: 9 };

test("limits are read off weights once for each direction, whatever the images", () => {
  const weight = weights();
  const limits = limitsOf(weight, forward, take);
  expect(limitsOf(weight, { geometry: geometry(5, 30), transposed: false }, take)).toBe(limits);
  const back = limitsOf(weight, { geometry: geometry(1, 8), transposed: true }, take);
  expect([limits.memory.length, back.memory.length]).toEqual([6, 32]);
  limits.see({ first: 0, rows: 3, ...rows }, taps, () => weight);
  limits.see({ first: 0, rows: 3, ...rows }, taps, () => expect.unreachable("rows are known"));
  expect(limits.memory.filter((_, i) => i % 2 === 0).every((limit) => limit > 0.1)).toBe(true);
});

test("limits of rows that come some at a time are those of all", () => {
  const weight = weights();
  const [all, some] = [limitsOf(weight, forward, take), limitsOf(weight.slice(), forward, take)];
  all.see({ first: 0, rows: 3, ...rows }, taps, () => weight);
  some.see({ first: 0, rows: 2, ...rows }, taps, () => weight);
  some.see({ first: 2, rows: 1, ...rows }, taps, () => weight.subarray(2 * 16 * 9));
  expect(some.memory).toEqual(all.memory);
});

test("the directions of a square weight are told apart: one sign of all weights counts in one alone", () => {
  const square = { ...geometry(1, 8), channelsOut: 16 };
  const weight = new Float32Array(16 * 16 * 9).fill(0.5);
  const [there, back] = [false, true].map((transposed) => limitsOf(weight, { geometry: square, transposed }, take));
  for (const limits of [there!, back!]) limits.see({ first: 0, rows: 16, ...rows }, taps, () => weight);
  expect([there!.memory[1], back!.memory[1]]).toEqual([0, 0.25]);
});
