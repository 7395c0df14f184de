import {
  DeformableSample, Determinant, Fourier, GridSample, Hardmax, LpNormalization, Resize, TapList, Taps,
  type Interpolation,
} from "@relprop/layers";
import { tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { randomTensor, tensorOf } from "./random.ts";

const row = (...numbers: readonly number[]): Tensor => tensor(numbers, [numbers.length]);

const how: Interpolation = {
  mode: "linear", coordinates: "half_pixel", rounding: "round_prefer_floor", cubic: -0.75, excludeOutside: false,
  antialias: false,
};

describe("Resize", () => {
  test.each<[string, Partial<Interpolation>, readonly number[], readonly number[]]>([
    ["linear", {}, [2], [1, 1.25, 1.75, 2]],
    ["linear, corners meet", { coordinates: "align_corners" }, [2], [1, 4 / 3, 5 / 3, 2]],
    ["nearest", { mode: "nearest", coordinates: "asymmetric", rounding: "floor" }, [2], [1, 1, 2, 2]],
    ["nearest, halves down", { mode: "nearest", coordinates: "asymmetric" }, [2], [1, 1, 2, 2]],
    ["symmetric around the middle", { coordinates: "half_pixel_symmetric" }, [1.7], [1, 1.5, 2]],
  ])("%s", (_, change, scales, want) => {
    expectClose(new Resize({ ...how, ...change }, { scales }).forward(row(1, 2)), row(...want));
  });

  test("the cubic kernel reproduces straight lines inside, and shrinking with antialias averages", () => {
    const line = row(0, 1, 2, 3, 4, 5, 6, 7);
    const wide = new Resize({ ...how, mode: "cubic" }, { scales: [2] }).forward(line);
    expectClose(tensor([...wide.data.subarray(5, 9)]), row(2.25, 2.75, 3.25, 3.75), 0.02);
    const half = new Resize({ ...how, antialias: true }, { sizes: [4] }).forward(line);
    expect(half.data[1]! + half.data[2]!).toBeCloseTo(7, 5);
    expect(half.data[1]).toBeCloseTo(2.5, 5);
  });

  test("sizes keep proportions where they are to, and a region is cut out with a constant around it", () => {
    const shape = (proportions: "not_larger" | "not_smaller"): readonly number[] =>
      new Resize(how, { sizes: [6, 6], axes: [1, 2], proportions }).outputShape([1, 2, 4]);
    expect([shape("not_larger"), shape("not_smaller")]).toEqual([[1, 3, 6], [1, 6, 12]]);
    const cut = new Resize({ ...how, coordinates: "tf_crop_and_resize" }, {
      sizes: [3], region: [0.5, 1.5], extrapolation: 9,
    });
    expect(values(cut.forward(row(1, 2, 3)))).toEqual([2, 3, 9]);
    expectAdjoint(cut, [row(1, 2, 3)]);
  });

  test.each<Partial<Interpolation>>([
    { mode: "cubic" }, { mode: "cubic", excludeOutside: true }, { mode: "cubic", antialias: true }, { antialias: true },
    { mode: "nearest" }, { coordinates: "pytorch_half_pixel" },
  ])("%j has its adjoint", (change) => {
    expectAdjoint(new Resize({ ...how, ...change }, { scales: [0.6, 1.7], axes: [0, -1] }), [randomTensor([5, 2, 4])]);
  });

  test("it says what it takes", () => {
    expect(() => new Resize(how, {})).toThrow("Resize: takes either scales or sizes");
    expect(() => new Resize(how, { scales: [0] })).toThrow("Resize: takes scales > 0, got 0");
    expect(() => new Resize(how, { scales: [2] }).outputShape([2, 2])).toThrow("Resize: takes 1 axes, got [2, 2]");
  });
});

describe("GridSample", () => {
  const x = tensorOf([1, 1, 2, 3], ([, , y, z]) => 3 * y! + z!);
  const at = (...points: readonly (readonly [number, number])[]): Tensor => tensor([[points.map((p) => [...p])]]);

  test("reads between elements, the last axis first", () => {
    const layer = new GridSample({ alignCorners: true });
    expect(values(layer.forward(x, at([-1, -1], [1, 1], [0, 0], [0.5, -1])))).toEqual([0, 5, 2.5, 1.5]);
  });

  test("beyond the edge are zeros, the edge, or the mirrored inside", () => {
    const read = (padding: "zeros" | "border" | "reflection"): readonly number[] =>
      values(new GridSample({ padding, alignCorners: true }).forward(x, at([2, -1], [-2, 1])));
    expect([read("zeros"), read("border"), read("reflection")]).toEqual([[0, 0], [2, 3], [1, 4]]);
  });

  test.each([
    { mode: "linear" }, { mode: "cubic" }, { mode: "cubic", padding: "border" }, { padding: "reflection" },
    { mode: "linear", alignCorners: true }, { mode: "cubic", padding: "reflection", alignCorners: true },
  ] as const)("%j has its adjoint, for elements and for points", (options) => {
    const points = tensor([
      [[[0.1, -0.3], [0.23, 0.43], [1.37, -1.61]]], [[[-0.17, 0.2], [0.33, -0.28], [0.41, 0.11]]],
    ]);
    expectAdjoint(new GridSample(options), [randomTensor([2, 2, 5, 6]), points], { step: 1 / 512, tolerance: 1e-3 });
  });

  test("in three dimensions too, and nearest has no slope", () => {
    const inputs = [randomTensor([1, 2, 3, 4, 5]), tensor([[[[[0.1, 0.2, 0.3]]]]])];
    expectAdjoint(new GridSample(), inputs, { step: 1 / 512 });
    const { back } = new GridSample({ mode: "nearest" }).pullback(x, at([0.2, 0.3]));
    expect(values(back(tensor([[[[1]]]]))[1]!)).toEqual([0, 0]);
    expect(() => new GridSample().outputShape([1, 1, 2, 3], [1, 1, 1, 3])).toThrow("and points [N, …, 2], got");
  });
});

test("taps are added up, or the largest product is taken", () => {
  const list = new TapList();
  for (const [position, weight] of [[0, 2], [1, -1]] as const) list.tap(position, weight);
  list.end();
  list.end();
  const table = { kind: "T", role: "sum", input: [2], output: [2], ...list.table() } as const;
  const [sum, max] = [new Taps(table), new Taps({ ...table, combine: "max" })];
  expect([values(sum.forward(row(3, 4))), values(max.forward(row(3, 4)))]).toEqual([[2, 0], [6, 0]]);
  expectAdjoint(sum, [row(0.3, 0.4)]);
  expectAdjoint(max, [row(0.3, 0.4)], { step: 1 / 64 });
});

test("norms, determinants and transforms have the slopes they say", () => {
  expect(values(new LpNormalization(1, 0).forward(row(1, -3)))).toEqual([0.25, -0.75]);
  expect(values(new LpNormalization(2, 0).forward(row(0, 0)))).toEqual([0, 0]);
  for (const p of [1, 2] as const) expectAdjoint(new LpNormalization(p), [randomTensor([2, 4])], { step: 1 / 256 });
  const singular = tensor([[1, 2, 3], [2, 4, 6], [1, 0, 2]]);
  expect(values(new Determinant().forward(tensor([[[0, 2], [3, 4]]])))).toEqual([-6]);
  expectAdjoint(new Determinant(), [randomTensor([2, 3, 3])]);
  expectAdjoint(new Determinant(), [singular]);
  expect(values(new Hardmax().forward(tensor([[1, 3, 3]])))).toEqual([0, 1, 0]);
});

describe("Fourier", () => {
  test.each([
    {}, { onesided: true }, { inverse: true }, { inverse: true, onesided: true }, { length: 3 }, { length: 7, axis: 0 },
  ])("%j has its adjoint", (options) => {
    expectAdjoint(new Fourier(options), [randomTensor([4, 5, 2])]);
  });

  test("there and back is where it was, by one side too", () => {
    const x = randomTensor([1, 6, 1]);
    const half = new Fourier({ onesided: true }).forward(x);
    expect(half.shape).toEqual([1, 4, 2]);
    expectClose(new Fourier({ inverse: true, onesided: true }).forward(half), x);
    const whole = new Fourier({ inverse: true }).forward(new Fourier().forward(x));
    expectClose(tensor(values(whole).filter((_, i) => i % 2 === 0), [1, 6, 1]), x);
  });
});

test("cubic curves beyond the border bend towards what lies inside, and far outside the edge is all there is", () => {
  const x = tensor([[[4, 8, 2]]]);
  const read = (padding: "border" | "zeros", at: number): number =>
    new GridSample({ mode: "cubic", padding, alignCorners: true }).forward(x, tensor([[[at]]])).data[0]!;
  // Half a pixel before the first: weights −3/32, 19/32 and 19/32 for the edge, −3/32 for the second.
  expect(read("border", -1.5)).toBeCloseTo((35 * 4 - 3 * 8) / 32, 5);
  for (const far of [1e3, 1e20, Infinity]) {
    expect(read("border", far)).toBeCloseTo(2, 5);
    expect(read("border", -far)).toBeCloseTo(4, 5);
    expect(read("zeros", far)).toBe(0);
  }
});

test("a kernel that is moved place by place reads between neighbours, and nothing outside", () => {
  const x = tensor([[[[1, 2], [3, 5]]]]);
  const sample = new DeformableSample({ kernel: [1, 1] });
  const at = (down: number, right: number): number => sample.forward(x, tensor([[[[down]], [[right]]]])).data[0]!;
  expect([at(0, 0), at(1, 0), at(0, 0.5), at(0.5, 0.5), at(-0.5, 0), at(-1, 0), at(0, 9)])
    .toEqual([1, 3, 1.5, 2.75, 0.5, 0, 0]);
  const halved = sample.forward(x, tensor([[[[1]], [[1]]]]), tensor([[[[0.5]]]]));
  expect([...halved.data]).toEqual([2.5]);
});

test("the way back of a moved kernel is the derivative by elements, places and weights", () => {
  const layer = new DeformableSample({ kernel: [2, 3], stride: [1, 2], dilation: [2, 1], before: [1, 0], groups: 2 });
  // Offsets are whole but for a quarter, so that no step meets a kink.
  const offsets = randomTensor([1, 24, 3, 2]);
  for (let i = 0; i < offsets.size; i++) offsets.data[i] = Math.round(2 * offsets.data[i]!) + 0.25;
  expectAdjoint(layer, [randomTensor([1, 4, 5, 6]), offsets, randomTensor([1, 12, 3, 2])], {
    step: 1 / 512, tolerance: 1e-3,
  });
});
