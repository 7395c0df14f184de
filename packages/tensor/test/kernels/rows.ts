/** Sums, maxima and statistics along an axis. */
import { expect, test } from "vitest";
import type { RowKernels, Standardization } from "../../src/index.ts";
import { rowLoops } from "../../src/scalar/rows.ts";
import { noise } from "./geometries.ts";
import { places, type Laboratory, type Place } from "./laboratory.ts";

const shapes = [
  [1, 1, 1], [3, 1, 5], [2, 7, 1], [5, 4, 1], [40, 129, 1], [3, 1000, 1], [2, 5, 3], [3, 9, 4], [2, 7, 300],
  [1, 50, 1030],
  [2, 0, 3], [4, 0, 1], [0, 4, 2], [3, 4, 0], [9000, 3, 1],
] as const;

const hows: readonly (readonly [string, Standardization])[] = [
  ["", { epsilon: 1e-5, outside: false, centers: true }],
  [", ε outside", { epsilon: 0.25, outside: true, centers: true }],
  [", not centred", { epsilon: 1e-6, outside: false, centers: false }],
];

/** Declares the tests of the kernels along an axis. */
export function rowTests(lab: Laboratory): void {
  const kernels: RowKernels = { ...rowLoops, ...lab.kernels };
  const same = (length: number, run: (out: Float32Array, of: RowKernels, place: Place) => void): Float32Array => {
    const want = new Float32Array(length);
    run(want, rowLoops, "elsewhere");
    for (const place of places) {
      const out = lab.room(length, place);
      run(out, kernels, place);
      expect(new Int32Array(Float32Array.from(out).buffer)).toEqual(new Int32Array(want.buffer));
    }
    return want;
  };

  test.each(shapes)("sums over the middle of [%i, %i, %i]", (outer, extent, inner) => {
    const [a, b] = [noise(outer * extent * inner, 1), noise(outer * extent * inner, 2)];
    for (const [divisor, second] of [[1, undefined], [extent || 1, b]] as const) {
      const sums = same(outer * inner, (out, kernels, place) =>
        kernels.sumAxis(outer, extent, inner, divisor, lab.put(a, place), second && lab.put(second, place), out));
      sums.forEach((sum, to) => {
        let [total, size] = [0, 0];
        for (let e = 0; e < extent; e++) {
          const at = (Math.floor(to / inner) * extent + e) * inner + (to % inner);
          const term = a[at]! * (second?.[at] ?? 1);
          [total, size] = [total + term, size + Math.abs(term)];
        }
        expect(Math.abs(sum - total / divisor)).toBeLessThanOrEqual((7e-8 * size) / divisor);
      });
    }
  });

  test.each(shapes)("maxima over the middle of [%i, %i, %i]", (outer, extent, inner) => {
    const x = noise(outer * extent * inner, 3);
    const maxima = same(outer * inner, (out, kernels, place) =>
      kernels.maxAxis(outer, extent, inner, lab.put(x, place), out));
    maxima.forEach((best, to) => {
      const column = Array.from({ length: extent }, (_, e) =>
        x[(Math.floor(to / inner) * extent + e) * inner + (to % inner)]!);
      expect(best).toBe(column.reduce((most, value) => Math.max(most, value), -Infinity));
    });
  });

  test("a NaN is the maximum, of rows and of columns, and 0 is above −0", () => {
    const x = Float32Array.of(1, NaN, 3, 4, 5, -0, 0, -0, -1, -2);
    for (const [outer, extent, inner, want] of [[2, 5, 1, [NaN, 0]], [1, 2, 5, [1, NaN, 3, 4, 5]]] as const) {
      const out = lab.room(want.length, "in place");
      kernels.maxAxis(outer, extent, inner, lab.put(x, "in place"), out);
      expect([...out]).toEqual(want);
    }
  });

  test.each(hows)("rows are made to have mean 0 and deviation 1%s", (_, how) => {
    for (const [rows, size] of [[1, 1], [3, 7], [2, 4], [40, 129], [300, 64], [2, 1001]] as const) {
      // Far from 0, where single precision would lose the deviation.
      const x = noise(rows * size, 4).map((value) => value + 300);
      const got = same(rows * size, (out, kernels, place) => kernels.standardize(rows, how, lab.put(x, place), out));
      for (let row = 0; row < rows; row++) {
        const values = x.subarray(row * size, (row + 1) * size);
        const mean = how.centers ? values.reduce((sum, value) => sum + value, 0) / size : 0;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
        const sigma = how.outside ? Math.sqrt(variance) + how.epsilon : Math.sqrt(variance + how.epsilon);
        values.forEach((value, i) => {
          expect(Math.abs(got[row * size + i]! - (value - mean) / sigma)).toBeLessThan(1e-6);
        });
      }
    }
  });

  test.each(hows)("the way back from rows is that of finite differences%s", (_, how) => {
    const [rows, size, step] = [3, 9, 1e-3];
    const [x, s] = [noise(rows * size, 5), noise(rows * size, 6)];
    const back = same(rows * size, (out, kernels, place) =>
      kernels.standardizeTransposed(rows, how, lab.put(x, place), lab.put(s, place), out));
    const value = (i: number, by: number): number => {
      const row = Math.floor(i / size);
      const moved = Array.from(x.subarray(row * size, (row + 1) * size), (v, e) => v + (row * size + e === i ? by : 0));
      const mean = how.centers ? moved.reduce((sum, v) => sum + v, 0) / size : 0;
      const variance = moved.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
      const sigma = how.outside ? Math.sqrt(variance) + how.epsilon : Math.sqrt(variance + how.epsilon);
      return moved.reduce((sum, v, e) => sum + ((v - mean) / sigma) * s[row * size + e]!, 0);
    };
    back.forEach((slope, i) => {
      expect(Math.abs(slope - (value(i, step) - value(i, -step)) / (2 * step))).toBeLessThan(1e-5);
    });
  });

  test("rows without deviation send nothing back along it", () => {
    const how = { epsilon: 0.5, outside: true, centers: true };
    const out = lab.room(4, "in place");
    kernels.standardizeTransposed(1, how, new Float32Array(4).fill(2), Float32Array.of(1, 2, 3, 4), out);
    expect([...out]).toEqual([-3, -1, 1, 3]);
  });

  test("the bits of a row depend on the row alone", () => {
    const x = noise(100 * 77, 8);
    const [all, one] = [lab.room(100, "in place"), lab.room(1, "in place")];
    kernels.sumAxis(100, 77, 1, 1, x, x, all);
    for (const row of [0, 41, 99]) {
      const part = x.subarray(77 * row, 77 * (row + 1));
      kernels.sumAxis(1, 77, 1, 1, part, part, one);
      expect(one[0]).toBe(all[row]);
    }
  });

  test.each([[1, 1, 7], [6, 3, 49], [5, 5, 1], [8, 2, 4], [7, 7, 30], [300, 30, 90], [0, 3, 4]])(
    "rows are scaled and shifted: %i of %i channels, %i each", (rows, channels, size) => {
      const x = noise(rows * size, 5).map((value, i) => (i % 11 === 4 ? NaN : i % 7 === 3 ? -0 : value));
      const [scale, shift] = [noise(channels, 6), noise(channels, 7)];
      for (const bounds of [undefined, { min: 0, max: Infinity }, { min: -0.25, max: 0.5 }]) {
        for (const added of [undefined, shift]) {
          const got = same(x.length, (out, kernels, place) => kernels.scaleRows(
            rows, lab.put(x, place), lab.put(scale, place), added && lab.put(added, place), out, bounds,
          ));
          const { min, max } = bounds ?? { min: -Infinity, max: Infinity };
          const want = x.map((value, i) => {
            const channel = Math.floor(i / size) % channels;
            const z = Math.fround(Math.fround(scale[channel]! * value) + (added?.[channel] ?? -0));
            return z < min ? min : z > max ? max : z;
          });
          expect(got).toEqual(want);
        }
      }
    },
  );
}
