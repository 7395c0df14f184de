/** Convolutions in both directions. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConvGeometry, Extent3 } from "../../src/index.ts";
import { geometries, geometry, noise, planar } from "./geometries.ts";
import { places, type Laboratory, type Place } from "./laboratory.ts";
import * as reference from "./reference.ts";
import { volume } from "./reference.ts";

/** Declares the tests of `conv` and `convTransposed`. */
export function convolutionTests(lab: Laboratory): void {
  const convBoth = (g: ConvGeometry, place: Place, withBias: boolean): void => {
    const x = noise(g.batch * g.channelsIn * volume(g.input), 1);
    const s = noise(g.batch * g.channelsOut * volume(g.output), 2);
    const weight = noise((g.channelsOut * g.channelsIn * volume(g.kernel)) / g.groups, 3);
    const bias = withBias ? noise(g.channelsOut, 4) : undefined;
    const out = lab.room(s.length, place);
    const back = lab.room(x.length, place);
    const heldWeight = lab.put(weight, place);
    lab.kernels.conv(g, lab.put(x, place), heldWeight, bias && lab.put(bias, place), out);
    lab.kernels.convTransposed(g, lab.put(s, place), heldWeight, back);
    lab.expectClose(out, reference.conv(g, x, weight, bias), lab.fast);
    const [min, max] = [Math.fround(-0.1), Math.fround(0.4)];
    const clipped = lab.room(s.length, place);
    lab.kernels.conv(g, lab.put(x, place), heldWeight, bias && lab.put(bias, place), clipped, { min, max });
    expect(clipped).toEqual(out.map((value) => Math.min(Math.max(value, min), max)));
    lab.expectClose(back, reference.convTransposed(g, s, weight), lab.fast);
    expectAdjoint(g, x, s, weight);
  };

  /** ⟨conv x, s⟩ = ⟨x, convᵀ s⟩ */
  const expectAdjoint = (g: ConvGeometry, x: Float32Array, s: Float32Array, weight: Float32Array): void => {
    const [y, r] = [new Float32Array(s.length), new Float32Array(x.length)];
    lab.kernels.conv(g, x, weight, undefined, y);
    lab.kernels.convTransposed(g, s, weight, r);
    let [left, right, size] = [0, 0, 0];
    y.forEach((value, i) => {
      left += value * s[i]!;
      size += Math.abs(value * s[i]!);
    });
    r.forEach((value, i) => (right += value * x[i]!));
    expect(Math.abs(left - right)).toBeLessThanOrEqual(4 * lab.tolerance * size + 1e-30);
  };

  describe.each(places)("with operands %s", (place) => {
    test.each<[string, ConvGeometry]>([
      ["3x3, padded", planar([5, 7], [9, 11], [3, 3], { batch: 2, padding: [1, 1] })],
      ["1x1", planar([19, 9], [5, 7], [1, 1])],
      ["stride 2", planar([3, 8], [12, 13], [5, 5], { stride: [2, 2], padding: [2, 2] })],
      ["stride beyond the kernel", planar([4, 4], [8, 8], [1, 1], { stride: [2, 3] })],
      ["dilated", planar([4, 5], [11, 10], [3, 3], { dilation: [2, 3], padding: [2, 3] })],
      ["grouped", planar([8, 10], [6, 7], [3, 3], { groups: 2, padding: [1, 1] })],
      ["depthwise", planar([6, 6], [9, 17], [3, 3], { batch: 2, groups: 6, padding: [1, 1] })],
      ["a stride beyond all memory", planar([2, 2], [3, 4], [1, 1], { groups: 2, stride: [2 ** 40, 2 ** 40] })],
      ["1-D", planar([4, 5], [1, 50], [1, 7], { batch: 3, padding: [0, 3] })],
      ["3-D", geometry({
        channelsIn: 3, channelsOut: 5, input: [5, 6, 7], kernel: [3, 2, 3], padding: [1, 0, 1], stride: [2, 1, 1],
      })],
      ["deep", planar([80, 6], [6, 5], [3, 3], { padding: [1, 1] })],
      ["3x3 with many channels", planar([19, 18], [9, 13], [3, 3], { batch: 2, padding: [1, 1] })],
      ["3x3 with many channels, unpadded", planar([16, 21], [10, 10], [3, 3])],
      ["3x3 with many channels and rows", planar([140, 37], [20, 19], [3, 3], { padding: [1, 1] })],
      ["3x3 with many channels, padded unevenly",
        planar([33, 16], [7, 16], [3, 3], { padding: [0, 2], after: [3, 1] })],
      ["many planes", planar([2, 262], [5, 26], [1, 1])],
    ])("conv and its adjoint sum what they say: %s", (_, g) => {
      convBoth(g, place, place === "in place");
    });
  });

  test("conv and its adjoint sum what they say, for any geometry", () => {
    fc.assert(
      fc.property(geometries, fc.constantFrom(...places), fc.boolean(), convBoth),
      { numRuns: 50, seed: 7 },
    );
  });

  test.each<[string, ConvGeometry]>([
    ["few channels", planar([3, 5], [14, 23], [3, 3], { padding: [1, 1] })],
    ["many channels", planar([17, 16], [13, 15], [3, 3], { batch: 2, padding: [1, 1] })],
    ["many channels and places", planar([17, 16], [26, 29], [3, 3], { batch: 2, padding: [1, 1] })],
    ["a stride", planar([8, 9], [15, 15], [3, 3], { padding: [1, 1], stride: [2, 2] })],
  ])("a window of zeros sums to exactly its bias, whatever is next to it: %s", (_, g) => {
    // Black areas beside large constants: where a residue would be largest.
    const islands = (length: number, { 2: width }: Extent3): Float32Array =>
      noise(length, 5).map((value, i) => (i % width < 5 || i % 97 < 50 ? (i % 11 < 9 ? 0 : -0) : 1e4 + value));
    const x = islands(g.batch * g.channelsIn * volume(g.input), g.input);
    const s = islands(g.batch * g.channelsOut * volume(g.output), g.output);
    // All channels of a sample share their zeros.
    for (const [data, channels, extent] of [[x, g.channelsIn, g.input], [s, g.channelsOut, g.output]] as const) {
      data.forEach((_value, i) => {
        const plane = volume(extent);
        if (data[Math.floor(i / (channels * plane)) * channels * plane + (i % plane)] === 0) data[i] = 0;
      });
    }
    const weight = noise((g.channelsOut * g.channelsIn * 9) / g.groups, 6);
    const bias = noise(g.channelsOut, 7);
    const [out, back] = [new Float32Array(s.length), new Float32Array(x.length)];
    lab.kernels.conv(g, x, weight, bias, out);
    lab.kernels.convTransposed(g, s, weight, back);
    const [forward, backward] = [reference.conv(g, x, weight, undefined), reference.convTransposed(g, s, weight)];
    const dead = forward.sizes.filter((size) => size === 0).length;
    expect(dead).toBeGreaterThan(s.length / 20);
    const wrong = forward.sizes.filter((size, i) =>
      size === 0 && out[i] !== bias[Math.floor(i / volume(g.output)) % g.channelsOut]);
    expect(wrong.length).toBe(0);
    expect(backward.sizes.filter((size, i) => size === 0 && back[i] !== 0).length).toBe(0);
    // Relative to a small window whose tile holds the constants too.
    lab.expectClose(out, reference.conv(g, x, weight, bias), 20 * lab.fast);
    lab.expectClose(back, backward, 20 * lab.fast);
  });

  test.each([[3, 12], [20, 12], [20, 24]])(
    "what is not finite reaches the outputs that see it, and no others: %i channels at %i²",
    (channels, side) => {
      const plane = side * side;
      const g = planar([channels, 17], [side, side], [3, 3], { padding: [1, 1] });
      for (const value of [NaN, Infinity]) {
        for (const at of [0, 5 * side + 5, 6 * side + 6, plane - 1]) {
          const x = noise(channels * plane, 1);
          x[plane + at] = value;
          const out = new Float32Array(17 * plane);
          lab.kernels.conv(g, x, noise(17 * channels * 9, 2), undefined, out);
          const wrong = out.filter((result, i) => {
            const [row, column] = [Math.floor((i % plane) / side), i % side];
            const away = Math.max(Math.abs(row - Math.floor(at / side)), Math.abs(column - (at % side)));
            return Number.isFinite(result) === (away <= 1);
          });
          expect(wrong.length).toBe(0);
        }
      }
    },
  );

  test.each<[string, ConvGeometry]>([
    ["tiles", planar([3, 5], [9, 9], [3, 3], { stride: [2, 2] })],
    ["1×1", planar([4, 5], [9, 9], [1, 1])],
    ["depthwise", planar([4, 4], [9, 9], [3, 3], { groups: 4 })],
    ["3×3 with many channels", planar([16, 16], [9, 9], [3, 3], { padding: [1, 1] })],
  ])("what is not a number stays so within bounds: %s", (_, g) => {
    const x = new Float32Array(g.channelsIn * 81).fill(NaN);
    const out = lab.room(g.channelsOut * volume(g.output), "in place");
    lab.kernels.conv(g, x, noise((g.channelsOut * g.channelsIn * volume(g.kernel)) / g.groups, 1), undefined, out, {
      min: 0, max: 1,
    });
    expect(out.every(Number.isNaN)).toBe(true);
  });

  test("a repeated call gives the same bits", () => {
    const g = planar([33, 21], [17, 15], [3, 3], { batch: 2, padding: [1, 1] });
    const [x, weight] = [noise(2 * 33 * 17 * 15, 1), noise(21 * 33 * 9, 2)];
    const [first, second] = [lab.room(2 * 21 * 17 * 15, "in place"), lab.room(2 * 21 * 17 * 15, "elsewhere")];
    lab.kernels.conv(g, lab.put(x, "in place"), lab.put(weight, "in place"), undefined, first);
    lab.kernels.conv(g, x, weight, undefined, second);
    expect(new Int32Array(Float32Array.from(first).buffer)).toEqual(new Int32Array(second.buffer));
  });

  test.each<[string, ConvGeometry]>([
    ["dilated", planar([1, 1], [8, 8], [3, 3], { padding: [8000, 8000], dilation: [8000, 8000] })],
    ["in strides", planar([4, 2], [3, 4], [3, 2], { groups: 2, padding: [70_000, 80_000], stride: [70_000, 79_999] })],
  ])("padding out of all proportion is refused before it is written down: %s", (_, g) => {
    const [x, s] = [new Float32Array(64), new Float32Array(64)];
    const weight = new Float32Array(16);
    const message = /^conv: takes at most \d+ elements with padding, got/;
    expect(() => lab.kernels.conv(g, x, weight, undefined, s)).toThrow(message);
  });

  test("much padding around little is padding all the same", () => {
    const g = planar([512, 512], [7, 7], [3, 3], { groups: 512, padding: [36, 36], dilation: [36, 36] });
    const [x, weight] = [noise(512 * 49, 1), noise(512 * 9, 2)];
    const out = new Float32Array(512 * 49);
    lab.kernels.conv(g, x, weight, undefined, out);
    expect(out[0]).toBeCloseTo(x[0]! * weight[4]!, 6);
  });
}
