/** Numbers rounded to levels, against a walk over elements. */
import { describe, expect, test } from "vitest";
import { Arena, ones, Tensor } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { Quantize, type QuantizeOptions } from "../src/index.ts";

const noise = (length: number, by: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 40 * Math.sin(i * by));

/** What an element becomes, and the slope there. */
function level(x: number, scale: number, low: number, high: number, multiply: boolean): readonly [number, number] {
  const scaled = Math.fround(multiply ? x * scale : x / scale);
  const [floor, rest] = [Math.floor(scaled), scaled - Math.floor(scaled)];
  const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  const slope = Math.fround(multiply ? scale : 1 / scale);
  return [Math.min(Math.max(rounded, low), high), rounded >= low && rounded <= high ? slope : 0];
}

interface Case {
  readonly scales: readonly number[];
  readonly options: QuantizeOptions;
  /** Which scale an element of `[2, 5, 3]` has. */
  readonly at: (n: number, c: number, i: number) => number;
}

const powers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 2 ** ((i % 5) - 2));

const cases: Readonly<Record<string, Case>> = {
  "one scale": { scales: [0.5], options: { low: [-20], high: [30] }, at: () => 0 },
  "products": { scales: [0.25], options: { low: [-5], high: [6], multiply: true }, at: () => 0 },
  "a scale and bounds for each position of an axis": {
    scales: powers(5), options: { low: [-20, -10, -8, -4, -2], high: [30, 20, 8, 4, 2] }, at: (_, c) => c,
  },
  "another axis": { scales: powers(3), options: { low: [-9], high: [9], axis: -1 }, at: (_n, _c, i) => i },
  "blocks, the last of which is cut": {
    scales: powers(18), options: { low: [-9], high: [9], block: 2 },
    at: (n, c, i) => (n * 3 + Math.floor(c / 2)) * 3 + i,
  },
};

describe.each(["plain loops", "SIMD"])("on %s", (on) => {
  test.each(Object.entries(cases))("%s", (_, { scales, options, at }) => {
    if (on === "SIMD") useSimd();
    const scale = new Tensor(scales.length === 18 ? [2, 3, 3] : [scales.length], Float32Array.from(scales));
    const layer = new Quantize(scale, options);
    const [x, s] = [new Tensor([2, 5, 3], noise(30, 1.3)), new Tensor([2, 5, 3], noise(30, 0.7))];
    const of = (list: readonly number[], k: number): number => list[k] ?? list[0]!;
    const want = Array.from(x.data, (value, k) => {
      const which = at(Math.floor(k / 15), Math.floor(k / 3) % 5, k % 3);
      const { low, high, multiply = false } = options;
      return level(value, scales[which]!, of(low, which), of(high, which), multiply);
    });
    const arena = new Arena();
    for (let round = 0; round < 2; round++) {
      arena.run(() => {
        const { output, back } = layer.pullback(x);
        expect(Array.from(output.data, (value) => value + 0)).toEqual(want.map(([value]) => value + 0));
        expect(Array.from(back(s)[0]!.data, (value) => value + 0)).toEqual(
          want.map(([, slope], k) => Math.fround(s.data[k]! * slope) + 0),
        );
      });
    }
    expect(want.some(([, slope]) => slope === 0)).toBe(true);
  });

  test("halves go to even numbers; what is no number stays so, and sends nothing back", () => {
    const layer = new Quantize(new Tensor([], Float32Array.of(1)), { low: [-128], high: [127] });
    const x = new Tensor([5], Float32Array.of(0.5, 1.5, -2.5, NaN, 127.4));
    const { output, back } = layer.pullback(x);
    expect(Array.from(output.data, (value) => value + 0)).toEqual([0, 2, -2, NaN, 127]);
    expect([...back(new Tensor([5], new Float32Array(5).fill(3)))[0]!.data]).toEqual([3, 3, 3, 0, 3]);
  });
});

test.each<readonly [() => unknown, string]>([
  [() => two().forward(ones([2, 3])), "Quantize: takes inputs with 2 scales along axis 1, got [2, 3]"],
  [() => two().pullback(ones([2, 3])), "Quantize: takes inputs with 2 scales along axis 1, got [2, 3]"],
  [() => new Quantize(ones([3]), { low: [0, 1], high: [2] }), "Quantize: takes one bound or 3, got 2"],
])("what does not fit is refused: %s", (act, message) => {
  expect(act).toThrow(message);
});

function two(): Quantize {
  return new Quantize(ones([2]), { low: [-9], high: [9] });
}
