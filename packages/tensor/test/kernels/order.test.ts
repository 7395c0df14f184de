/** Products that say in which order they add are twins, bit for bit, of loops in single precision. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { simd } from "../../src/simd/index.ts";
import { noise, planar } from "./geometries.ts";
import type { ConvGeometry } from "../../src/index.ts";
import { volume } from "./reference.ts";

const kernels = simd()!;
const { fround } = Math;

/** Each output of each channel: its taps in order, rows first. */
function tapsInOrder(g: ConvGeometry, x: Float32Array, weight: Float32Array, bias: Float32Array): Float32Array {
  const [[, height, width], [, down, across], [, kh, kw]] = [g.input, g.output, g.kernel];
  const out = new Float32Array(g.batch * g.groups * down * across);
  for (let i = 0; i < out.length; i++) {
    const [plane, p, q] = [Math.floor(i / (down * across)), Math.floor(i / across) % down, i % across];
    let sum = 0;
    for (let tap = 0; tap < kh * kw; tap++) {
      const row = p * g.stride[1] - g.padding[1] + Math.floor(tap / kw) * g.dilation[1];
      const column = q * g.stride[2] - g.padding[2] + (tap % kw) * g.dilation[2];
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      const value = inside ? x[(plane * height + row) * width + column]! : 0;
      sum = fround(sum + fround(weight[(plane % g.groups) * kh * kw + tap]! * value));
    }
    out[i] = fround(sum + bias[plane % g.groups]!);
  }
  return out;
}

/** The same backwards: what was read at a place comes back from the last tap to the first. */
function tapsBackInOrder(g: ConvGeometry, s: Float32Array, weight: Float32Array): Float32Array {
  const [[, height, width], [, down, across], [, kh, kw]] = [g.input, g.output, g.kernel];
  const out = new Float32Array(g.batch * g.groups * height * width);
  for (let i = 0; i < out.length; i++) {
    const [plane, row, column] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    for (let tap = kh * kw - 1; tap >= 0; tap--) {
      const p = (row + g.padding[1] - Math.floor(tap / kw) * g.dilation[1]) / g.stride[1];
      const q = (column + g.padding[2] - (tap % kw) * g.dilation[2]) / g.stride[2];
      if (!Number.isInteger(p) || !Number.isInteger(q) || p < 0 || q < 0 || p >= down || q >= across) continue;
      const value = s[(plane * down + p) * across + q]!;
      out[i] = fround(out[i]! + fround(weight[(plane % g.groups) * kh * kw + tap]! * value));
    }
  }
  return out;
}

const anyDepthwise = fc.record({
  channels: fc.integer({ min: 1, max: 5 }), batch: fc.integer({ min: 1, max: 3 }),
  size: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
  kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  padding: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  after: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
}).map(({ channels, size, kernel, ...options }) =>
  planar([channels, channels], size, kernel, { groups: channels, ...options })).filter(({ output }) =>
  output.every((extent) => extent >= 1));

test("a convolution of each channel for itself adds its taps in order, there and back", () => {
  fc.assert(fc.property(anyDepthwise, (g) => {
    const planes = g.batch * g.groups;
    const [x, s] = [noise(planes * volume(g.input), 1), noise(planes * volume(g.output), 2)];
    const [weight, bias] = [noise(g.groups * volume(g.kernel), 3), noise(g.groups, 4)];
    const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
    kernels.conv(g, x, weight, bias, out);
    kernels.convTransposed(g, s, weight, back);
    expect(out).toEqual(tapsInOrder(g, x, weight, bias));
    expect(back.map((value) => value + 0)).toEqual(tapsBackInOrder(g, s, weight).map((value) => value + 0));
  }), { numRuns: 150, seed: 3 });
});

test.each([[5, 7, 9], [16, 32, 49], [9, 192, 20], [18, 193, 33], [3, 500, 8], [300, 24, 130]])(
  "a 1×1 convolution adds channels in order, in blocks of at most 192: %i × %i at %i places",
  (outOf, into, places) => {
    const g = planar([into, outOf], [1, places], [1, 1], { batch: 2 });
    const [x, weight, bias] = [noise(2 * into * places, 1), noise(outOf * into, 2), noise(outOf, 3)];
    const out = new Float32Array(2 * outOf * places);
    kernels.conv(g, x, weight, bias, out);
    const perBlock = Math.ceil(into / Math.ceil(into / 192));
    const expected = out.map((_, i) => {
      const [n, o, p] = [Math.floor(i / (outOf * places)), Math.floor(i / places) % outOf, i % places];
      let [total, sum] = [0, 0];
      for (let k = 0; k < into; k++) {
        sum = fround(sum + fround(weight[o * into + k]! * x[(n * into + k) * places + p]!));
        if ((k + 1) % perBlock === 0 || k === into - 1) [total, sum] = [k < perBlock ? sum : fround(total + sum), 0];
      }
      return total + bias[o]!;
    });
    expect(out).toEqual(expected);
  },
);

test.each<[string, ConvGeometry]>([
  ["depthwise", planar([6, 6], [15, 13], [3, 3], { groups: 6, padding: [1, 1], batch: 45 })],
  ["1×1", planar([20, 30], [5, 9], [1, 1], { batch: 45 })],
  ["1×1 on hardly any places", planar([20, 30], [1, 2], [1, 1], { batch: 45 })],
  ["3×3 of stride 2", planar([9, 10], [14, 15], [3, 3], { stride: [2, 2], padding: [1, 1], batch: 45 })],
  ["5×5, padded piece by piece", planar([32, 3], [80, 80], [5, 5], { padding: [2, 2], batch: 25 })],
  ["Winograd", planar([17, 18], [7, 9], [3, 3], { padding: [1, 1], batch: 45 })],
])("a sample gets the bits it gets alone, whatever the batch: %s", (_, g) => {
  const [sampleIn, sampleOut] = [g.channelsIn * volume(g.input), g.channelsOut * volume(g.output)];
  const [x, s] = [noise(g.batch * sampleIn, 1), noise(g.batch * sampleOut, 2)];
  const weight = noise((g.channelsOut * g.channelsIn * volume(g.kernel)) / g.groups, 3);
  const run = (from: number, batch: number): readonly [Float32Array, Float32Array] => {
    const [out, back] = [new Float32Array(batch * sampleOut), new Float32Array(batch * sampleIn)];
    kernels.conv({ ...g, batch }, x.subarray(from * sampleIn), weight, undefined, out);
    kernels.convTransposed({ ...g, batch }, s.subarray(from * sampleOut), weight, back);
    return [out, back];
  };
  const [out, back] = run(0, g.batch);
  for (const [from, batch] of [[0, 1], [g.batch - 1, 1], [2, 3], [1, 20]] as const) {
    const [someOut, someBack] = run(from, batch);
    expect(someOut.findIndex((value, i) => value !== out[from * sampleOut + i])).toBe(-1);
    expect(someBack.findIndex((value, i) => value !== back[from * sampleIn + i])).toBe(-1);
  }
});
