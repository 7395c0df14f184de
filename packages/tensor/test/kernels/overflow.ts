/** Sums of finite products that single precision does not hold. */
import { describe, expect, test } from "vitest";
import type { ConvGeometry } from "../../src/index.ts";
import { planar } from "./geometries.ts";
import type { Laboratory } from "./laboratory.ts";
import { volume } from "./reference.ts";

const convolutions: readonly (readonly [string, ConvGeometry])[] = [
  ["3×3 of many channels", planar([16, 5], [9, 9], [3, 3])],
  ["3×3 of stride 2", planar([4, 5], [9, 9], [3, 3], { stride: [2, 2] })],
  ["1×1", planar([8, 5], [4, 6], [1, 1])],
  ["in groups", planar([8, 4], [6, 6], [2, 2], { groups: 2 })],
  ["depthwise", planar([6, 6], [11, 7], [3, 3], { groups: 6 })],
];
const large = 3e38;

/** Declares the tests of products within bounds whose sums overflow on the way, whatever the whole is. */
export function overflowTests(lab: Laboratory): void {
  /** First terms are beyond −3.4e38, each by itself; the others are not, and many enough for a whole beyond 3.4e38. */
  const row = (terms: number, first: number): Float32Array =>
    new Float32Array(terms).fill(1).fill(-1.5, 0, first);
  const rows = (count: number, terms: number, first: number): Float32Array =>
    Float32Array.from({ length: count * terms }, (_, i) => row(terms, first)[i % terms]!);
  const expectNothingFinite = (run: (out: Float32Array) => void, length: number): void => {
    const out = new Float32Array(length);
    run(out);
    expect(out.filter(Number.isFinite)).toEqual(new Float32Array(0));
  };

  describe("a lower bound hides no overflow", () => {
    const bounds = { min: 0, max: Infinity };

    test.each(convolutions)("of convolutions: %s", (_, g) => {
      const taps = volume(g.kernel);
      const perGroup = g.channelsIn / g.groups;
      const weight = rows(g.channelsOut, perGroup * taps, perGroup === 1 ? 1 : taps);
      const x = new Float32Array(g.channelsIn * volume(g.input)).fill(large);
      expectNothingFinite(
        (out) => lab.kernels.conv(g, x, weight, undefined, out, bounds), g.channelsOut * volume(g.output),
      );
    });

    test.each([1, 3, 5])("of dense layers, %i samples at once", (m) => {
      const [n, k] = [11, 20];
      const x = new Float32Array(m * k).fill(large);
      expectNothingFinite((out) => lab.kernels.dense(m, n, k, x, rows(n, k, 1), undefined, out, bounds), m * n);
    });
  });
}
