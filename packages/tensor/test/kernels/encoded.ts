/** Products of encoded weights: the bits that the decoded ones give. */
import { expect, test } from "vitest";
import type { ConvGeometry, Encoded } from "../../src/index.ts";
import { halfFloats, levels } from "../../src/index.ts";
import { planar } from "./geometries.ts";
import type { Laboratory } from "./laboratory.ts";

/** Declares the tests of an implementation. */
export function encodedTests({ kernels }: Laboratory): void {
  /** A weight twice: encoded, and as it is decoded. */
  const both = (encoded: Encoded): readonly [Encoded, Float32Array] => {
    const floats = kernels.allocate(encoded.length);
    encoded.decode(0, encoded.length, floats, 0);
    return [encoded, floats];
  };
  const numbers = (length: number, seed: number): Float32Array =>
    kernels.allocate(length).map((_, i) => ((i * 2654435761 + seed * 40503) % 1013) / 1013 - 0.5);
  const half = (length: number): Encoded =>
    halfFloats(Uint16Array.from({ length }, (_, i) => 0x2c00 + ((i * 7919) % 0x1000) + (i % 3 === 0 ? 0x8000 : 0)));
  const bytes = (rows: number, perRow: number): Encoded =>
    levels(Int8Array.from({ length: rows * perRow }, (_, i) => (i * 7919) % 255 - 127), {
      scale: Float32Array.from({ length: rows }, (_, i) => 0.01 + (i % 7) / 1000),
      zero: Int8Array.from({ length: rows }, (_, i) => i % 5),
      along: { shape: [rows, perRow], axis: 0 },
    });

  const sizes: readonly (readonly [number, number, number])[] = [
    [1, 7, 5], [3, 1030, 1025], [5, 1030, 1025], [2, 40, 1 << 15],
  ];
  const bits = (out: Float32Array): Int32Array => new Int32Array(out.buffer, out.byteOffset, out.length);
  test.each(sizes)("dense layers, %i times %i × %i", (m, n, k) => {
    const [a, s, bias] = [numbers(m * k, 1), numbers(m * n, 2), numbers(n, 3)];
    for (const [encoded, floats] of [both(half(n * k)), both(bytes(n, k))]) {
      const results = [encoded, floats].map((weight) => {
        const [out, back] = [kernels.allocate(m * n), kernels.allocate(m * k)];
        kernels.dense(m, n, k, a, weight, bias, out, { min: -1, max: 1 });
        kernels.denseTransposed(m, n, k, s, weight, back);
        return new Int32Array([...bits(out), ...bits(back)]);
      });
      expect(results[0]!.every((word, i) => word === results[1]![i])).toBe(true);
    }
  });

  const batch = 2;
  test.each<readonly [string, ConvGeometry]>([
    ["in a plane by Winograd", planar([130, 1040], [5, 5], [3, 3], { batch, padding: [1, 1] })],
    ["by Winograd whose sums cancel", planar([40, 36], [7, 9], [3, 3], { batch, padding: [1, 1] })],
    ["with strides", planar([130, 1040], [5, 5], [3, 3], { batch, stride: [2, 2], padding: [1, 1] })],
    ["1 × 1", planar([1030, 1040], [5, 5], [1, 1], { batch })],
    ["1 × 1 in few columns", planar([1030, 1040], [2, 2], [1, 1], { batch })],
    ["of one channel", planar([1, 20], [5, 5], [3, 3], { batch, padding: [1, 1] })],
    ["of few rows", planar([20, 2], [5, 5], [3, 3], { batch, padding: [1, 1] })],
    ["in groups", planar([12, 8], [5, 5], [3, 3], { batch, groups: 4, padding: [1, 1] })],
    ["of each channel for itself", planar([9, 9], [6, 5], [3, 3], { batch, groups: 9, stride: [2, 2] })],
  ])("convolutions %s", (_, geometry) => {
    const { groups, channelsIn, channelsOut, input, output, kernel } = geometry;
    const volume = (extent: readonly number[]): number => extent.reduce((product, size) => product * size, 1);
    const perRow = (channelsIn / groups) * volume(kernel);
    const [x, s] = [numbers(batch * channelsIn * volume(input), 1), numbers(batch * channelsOut * volume(output), 2)];
    const bias = numbers(channelsOut, 3);
    // Places where sums are few or small are computed apart.
    x.forEach((_, i) => i % 9 > 5 && (x[i] = 0));
    s.forEach((_, i) => i % 9 > 2 && (s[i] = 0));
    // As TensorFlow.js stores them: rows side by side.
    const plain = half(channelsOut * perRow);
    const turned = plain.permuted!([volume(kernel), channelsIn / groups, channelsOut], [2, 1, 0]);
    for (const [encoded, floats] of [both(plain), both(bytes(channelsOut, perRow)), both(turned)]) {
      const results = [encoded, floats].map((weight) => {
        const [out, back] = [kernels.allocate(s.length), kernels.allocate(x.length)];
        kernels.conv(geometry, x, weight, bias, out, { min: -1, max: 1 });
        kernels.convTransposed(geometry, s, weight, back);
        return new Int32Array([...bits(out), ...bits(back)]);
      });
      expect(results[0]!.every((word, i) => word === results[1]![i])).toBe(true);
    }
  });
}
