import { ShapeError, tensor, Tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Normalization, type Reduction } from "../src/index.ts";
import { positionIn, rangeOf } from "../src/picture/normalize.ts";
import { planes } from "../src/picture/reduce.ts";

const relevance = new Tensor([2, 1, 2], Float32Array.of(3, -1, -4, 0.5)); // pixels (3, −4) and (−1, 0.5)

test.each<readonly [Reduction, readonly [number, number]]>([
  ["sum", [-1, -0.5]],
  ["norm", [5, Math.sqrt(1.25)]],
  ["maxAbs", [4, 1]],
  ["sumAbs", [7, 1.5]],
  ["absSum", [1, 0.5]],
])("%s of (3, −4) and (−1, 0.5)", (reduce, expected) => {
  const [plane] = planes(relevance, { reduce });
  expect(plane).toEqual({ width: 2, height: 1, values: Float64Array.from(expected) });
});

test.each(["sum", "norm", "maxAbs", "sumAbs", "absSum"] as const)("%s hides neither NaN nor infinity", (reduce) => {
  const broken = new Tensor([2, 1, 3], Float32Array.of(NaN, Infinity, 1, 2, 2, 2));
  const values = planes(broken, { reduce })[0]!.values;
  expect(Array.from(values, Number.isFinite)).toEqual([false, false, true]);
});

test("sums do not overflow where their parts were floats", () => {
  const [plane] = planes(tensor([[[3e38]], [[3e38]]]));
  expect(plane!.values[0]).toBeCloseTo(6e38, -32);
});

test.each([
  ["[H, W]", [2, 3], {}, 1, 3, 2],
  ["[C, H, W]", [5, 2, 3], {}, 1, 3, 2],
  ["[N, C, H, W]", [4, 5, 2, 3], {}, 4, 3, 2],
  ["one of [N, C, H, W]", [4, 5, 2, 3], { sample: 3 }, 1, 3, 2],
  ["[F]", [7], {}, 1, 7, 1],
  ["[1, F]", [1, 7], {}, 1, 7, 1],
  ["[N, F]", [4, 7], { signal: true }, 4, 7, 1],
  ["[N, C, F]", [4, 5, 7], { signal: true }, 4, 7, 1],
  ["[1, W] that is no signal", [1, 7], { signal: false }, 1, 7, 1],
])("planes of %s", (_, shape, options, count, width, height) => {
  const found = planes(zeros(shape), options);
  expect(found.map((plane) => [plane.width, plane.height, plane.values.length])).toEqual(
    new Array(count).fill([width, height, width * height]),
  );
});

test("each sample of a batch is reduced by itself", () => {
  const batch = new Tensor([2, 2, 1, 1], Float32Array.of(1, 2, 10, 20));
  expect(planes(batch).map(({ values }) => values[0])).toEqual([3, 30]);
  expect(planes(batch, { sample: 1 }).map(({ values }) => values[0])).toEqual([30]);
});

test.each([
  [[], {}, "takes [N, C, H, W], [C, H, W], [H, W] or [F] with no extent 0, got []"],
  [[1, 2, 3, 4, 5], {}, "takes [N, C, H, W], [C, H, W], [H, W] or [F] with no extent 0, got [1, 2, 3, 4, 5]"],
  [[3, 0, 2], {}, "takes [N, C, H, W], [C, H, W], [H, W] or [F] with no extent 0, got [3, 0, 2]"],
  [[0], {}, "takes [N, C, F], [N, F] or [F] with no extent 0, got [0]"],
  [[1, 1, 2, 2], { signal: true }, "takes [N, C, F], [N, F] or [F] with no extent 0, got [1, 1, 2, 2]"],
])("relevance of shape %j is refused", (shape, options, reason) => {
  expect(() => planes(zeros(shape), options)).toThrow(ShapeError);
  expect(() => planes(zeros(shape), options)).toThrow(`heatmap: ${reason}`);
});

test("samples and reductions that do not exist are refused", () => {
  const batch = zeros([2, 1, 1, 1]);
  for (const sample of [-1, 2, 0.5]) {
    expect(() => planes(batch, { sample })).toThrow(`heatmap: takes a sample from 0 to 1, got ${sample}`);
  }
  for (const reduce of ["mean", "toString"]) {
    expect(() => planes(batch, { reduce: reduce as "sum" })).toThrow(
      `heatmap: takes sum, norm, maxAbs, sumAbs, absSum as reduce, got "${reduce}"`,
    );
  }
});

const values = Float64Array.of(-4, NaN, 1, 0, -Infinity, 2, 3);

test.each<readonly [string, Normalization | undefined, number, number]>([
  ["nothing asked for", undefined, -4, 4],
  ["symmetric", "symmetric", -4, 4],
  ["extrema", "extrema", -4, 3],
  ["a limit", { limit: 2.5 }, -2.5, 2.5],
  // |r| ascending: 0 1 2 3 4; h = 4 · 0.5 = 2, and h = 4 · 0.9 = 3.6 between 3 and 4.
  ["the 50th percentile", { percentile: 50 }, -2, 2],
  ["the 90th percentile", { percentile: 90 }, -3.6, 3.6],
  ["the 100th percentile", { percentile: 100 }, -4, 4],
])("the range under %s", (_, normalize, low, high) => {
  const range = rangeOf(values, normalize);
  expect(range.low).toBeCloseTo(low, 12);
  expect(range.high).toBeCloseTo(high, 12);
});

test.each<Normalization>(["symmetric", "extrema", { percentile: 90 }])(
  "zeros, nothing finite and nothing at all have a range with 0 in the middle under %j",
  (normalize) => {
    for (const empty of [[0, 0, 0], [NaN, Infinity], []]) {
      expect(rangeOf(Float64Array.from(empty), normalize)).toEqual({ low: -1, high: 1 });
    }
  },
);

test("a percentile that is 0 gives way to the largest", () => {
  expect(rangeOf(Float64Array.of(0, 0, 0, 0, -7), { percentile: 50 })).toEqual({ low: -7, high: 7 });
});

test.each([{ limit: 0 }, { limit: -1 }, { limit: NaN }, { limit: Infinity }])("%j is no limit", (normalize) => {
  expect(() => rangeOf(values, normalize)).toThrow(`heatmap: takes a finite limit above 0, got ${normalize.limit}`);
});

const wrong = [{ percentile: 0 }, { percentile: 101 }, { percentile: NaN }, "max"];

test.each(wrong)("%j normalises nothing", (normalize) => {
  expect(() => rangeOf(values, normalize as "symmetric")).toThrow(
    `heatmap: takes "symmetric", "extrema", a percentile in (0, 100] or a limit, got ${JSON.stringify(normalize)}`,
  );
});

test("positions keep order and signs, end at the ends, and are NaN for what is not finite", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }), (list) => {
      const sorted = Float64Array.from(list).sort();
      const range = rangeOf(sorted);
      const positions = Array.from(sorted, (r) => positionIn(range, r));
      positions.forEach((position, i) => {
        if (i > 0) expect(position).toBeGreaterThanOrEqual(positions[i - 1]!);
        expect(Math.sign(position - 0.5) * Math.sign(sorted[i]!)).toBeGreaterThanOrEqual(0);
      });
      expect(positionIn(range, 0)).toBe(0.5);
      expect([positionIn(range, range.low), positionIn(range, range.high)]).toEqual([0, 1]);
    }),
  );
  expect([NaN, Infinity, -Infinity].map((r) => positionIn({ low: -1, high: 1 }, r))).toEqual([NaN, NaN, NaN]);
  expect([-9, 9].map((r) => positionIn({ low: -1, high: 1 }, r))).toEqual([0, 1]);
});
