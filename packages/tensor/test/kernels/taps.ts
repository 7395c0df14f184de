/** Weighted sums of positions along an axis. */
import { expect, test } from "vitest";
import type { TapKernels, TapLists } from "../../src/index.ts";
import { tapLoops } from "../../src/scalar/taps.ts";
import { noise } from "./geometries.ts";
import { places, type Laboratory } from "./laboratory.ts";

const shapes = [[1, 1, 1], [3, 5, 1], [2, 7, 3], [2, 4, 4], [3, 6, 9], [1, 3, 1030], [3000, 2, 1], [4, 3, 0]] as const;

/** Outputs of 0, 1, 2, … taps, anywhere. */
function lists(outputs: number, extent: number): TapLists {
  const starts = Int32Array.from({ length: outputs + 1 }, (_, p) => (p * (p - 1)) / 2);
  const count = starts[outputs]!;
  return {
    starts,
    positions: Int32Array.from({ length: count }, (_, t) => (7 * t + 3) % extent),
    weights: Float64Array.from(noise(count, 5), (weight) => weight / 3),
  };
}

/** Declares the tests of the kernel of taps. */
export function tapTests(lab: Laboratory): void {
  const kernels: TapKernels = { ...tapLoops, ...lab.kernels };

  test.each(shapes)("weighted sums of positions in the middle of [%i, %i, %i]", (outer, extent, inner) => {
    const x = noise(outer * extent * inner, 4);
    for (const outputs of [0, 1, 6]) {
      const taps = lists(outputs, extent);
      const want = new Float32Array(outer * outputs * inner);
      for (let to = 0; to < want.length; to++) {
        const [o, p, i] = [Math.floor(to / inner / outputs), Math.floor(to / inner) % outputs, to % inner];
        let sum = 0;
        for (let t = taps.starts[p]!; t < taps.starts[p + 1]!; t++) {
          sum += taps.weights[t]! * x[(o * extent + taps.positions[t]!) * inner + i]!;
        }
        want[to] = sum;
      }
      for (const place of places) {
        const out = lab.room(want.length, place).fill(9);
        kernels.sumTaps(outer, extent, inner, taps, lab.put(x, place), out);
        expect(Float32Array.from(out)).toEqual(want);
      }
    }
  });

  test("what is not a number stays where it is read", () => {
    const x = Float32Array.of(1, NaN, Infinity, 2, 3, 4, 5, 6, 7, 8);
    const taps = { starts: Int32Array.of(0, 1, 2), positions: Int32Array.of(0, 1), weights: Float64Array.of(2, 2) };
    const out = lab.room(10, "in place");
    kernels.sumTaps(1, 2, 5, taps, lab.put(x, "in place"), out);
    expect([...out]).toEqual([2, NaN, Infinity, 4, 6, 8, 10, 12, 14, 16]);
  });
}
