import {
  acos, acosh, ActivationLayer, asin, asinh, atan, atanh, Collect, cos, cosh, CumulativeProduct, CumulativeSum, Pick,
  Power, ReduceLogSumExp, ReduceProduct, Remainder, Scatter, shrink, sin, sinh, tan, TopK, type Activation, type Layer,
  type Meeting,
} from "@relprop/layers";
import { map, tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { expectAdjoint, values } from "./closeness.ts";
import { distinctTensor, randomTensor } from "./random.ts";

const row = (...numbers: readonly number[]): Tensor => tensor(numbers, [numbers.length]);

describe("positions", () => {
  const placing = { kind: "P", input: [4], output: [2, 2], positions: Int32Array.of(3, -1, 0, 3) };

  test("what is picked comes from its position, or is the constant", () => {
    expect(values(new Pick(placing, 9).forward(row(1, 2, 3, 4)))).toEqual([4, 9, 1, 4]);
    expectAdjoint(new Pick(placing), [randomTensor([4])], { step: 0.5 });
  });

  test("what is collected adds up where it goes", () => {
    const layer = new Collect({ ...placing, output: [4] });
    expect(values(layer.forward(row(1, 2, 3, 4)))).toEqual([3, 0, 0, 5]);
    expectAdjoint(layer, [randomTensor([4])], { step: 0.5 });
  });

  test.each<[Meeting, readonly number[]]>([
    ["none", [5, 2, 7]], ["add", [6, 2, 16]], ["mul", [5, 2, 126]], ["max", [5, 2, 7]], ["min", [1, 2, 3]],
  ])("an update that is to be met by %s is", (meeting, want) => {
    const layer = new Scatter({ kind: "S", meeting, input: [3], updates: [3], positions: Int32Array.of(0, 2, 2) });
    expect(values(layer.forward(row(1, 2, 3), row(5, 6, 7)))).toEqual(want);
    const [x, updates] = [row(0.1, -0.4, 0.7), row(-0.6, 0.4, -0.2)];
    expectAdjoint(layer, [x, updates], { step: 1 / 64 });
  });

  test("a layer for one shape refuses others", () => {
    expect(() => new Pick(placing).forward(row(1, 2, 3))).toThrow("P: takes [4], got [3]");
    expect(() => new Pick({ ...placing, output: [3] })).toThrow("P: takes 3 positions, got 4");
  });
});

describe("TopK", () => {
  test("the largest or smallest come in order, the first on ties, NaN last", () => {
    const x = row(2, 3, NaN, 3, 1);
    const picked = (layer: Layer): readonly number[] => values(layer.pullback(x).back(row(1, 2))[0]!);
    expect(values(new TopK(2).forward(x))).toEqual([3, 3]);
    expect(picked(new TopK(2))).toEqual([0, 1, 0, 2, 0]);
    expect(values(new TopK(2, { largest: false }).forward(x))).toEqual([1, 2]);
    expectAdjoint(new TopK(2, { axis: 1 }), [distinctTensor([2, 4, 2])], { step: 1 / 64 });
  });

  test("there must be as many", () => {
    expect(() => new TopK(3).forward(row(1))).toThrow("TopK: takes at least 3 elements at axis 0, got [1]");
  });
});

describe("running totals", () => {
  test.each([
    [{}, [1, 3, 6], [1, 2, 6]], [{ exclusive: true }, [0, 1, 3], [1, 1, 2]],
    [{ reverse: true }, [6, 5, 3], [6, 6, 3]], [{ exclusive: true, reverse: true }, [5, 3, 0], [6, 3, 1]],
  ])("of 1, 2, 3 with %j", (options, sums, products) => {
    const [sum, product] = [
      new CumulativeSum({ axis: 0, ...options }), new CumulativeProduct({ axis: 0, ...options }),
    ];
    expect(values(sum.forward(row(1, 2, 3)))).toEqual(sums);
    expect(values(product.forward(row(1, 2, 3)))).toEqual(products);
    expectAdjoint(sum, [randomTensor([3])]);
    expectAdjoint(new CumulativeProduct({ axis: 1, ...options }), [randomTensor([2, 4, 3])], { step: 1 / 64 });
  });
});

describe("reductions", () => {
  test("a product with zeros goes back exactly", () => {
    const layer = new ReduceProduct({ axes: [1], keepDims: false });
    const { output, back } = layer.pullback(tensor([[2, 0, 3], [0, 5, 0], [2, 3, 4]]));
    expect(values(output)).toEqual([0, 0, 24]);
    expect(values(back(row(1, 1, 1))[0]!)).toEqual([0, 6, 0, 0, 0, 0, 12, 8, 6]);
    expectAdjoint(layer, [randomTensor([2, 3])], { step: 1 / 64 });
  });

  test("the logarithm of a sum of exponentials does not overflow, and that of no elements is −∞", () => {
    const layer = new ReduceLogSumExp({ axes: [0], keepDims: false });
    expect(values(layer.forward(row(1000, 1000)))).toEqual([Math.fround(1000 + Math.LN2)]);
    expect(values(layer.forward(tensor([], [0, 2])))).toEqual([-Infinity, -Infinity]);
    expectAdjoint(new ReduceLogSumExp({ axes: [-1] }), [randomTensor([2, 3])]);
  });
});

describe("functions", () => {
  test.each<[Activation, number]>([
    [acos, 0], [acosh, 2], [asin, 0], [asinh, 0], [atan, 0], [atanh, 0], [cos, 0], [cosh, 0], [sin, 0], [sinh, 0],
    [tan, 0], [shrink(0.001, 0.5), 0],
  ])("$name has the slope it says", (activation, centre) => {
    const x = map(distinctTensor([8]), (value) => centre + 0.6 * value);
    expectAdjoint(new ActivationLayer(activation), [x], { step: 1 / 128, tolerance: 2e-4 });
  });

  test("powers and remainders have the slopes they say, and the signs of their definitions", () => {
    const [x, y] = [row(5, -5, 5, -5), row(3, 3, -3, -3)];
    expect(values(new Remainder().forward(x, y))).toEqual([2, -2, 2, -2]);
    expect(values(new Remainder("floor").forward(x, y))).toEqual([2, 1, -1, -2]);
    expectAdjoint(new Remainder("floor"), [x, y], { step: 1 / 64 });
    expect(values(new Power().forward(row(2, -2, 0), row(3)))).toEqual([8, -8, 0]);
    expectAdjoint(new Power(), [randomTensor([2, 3], 1, 0.5, 2), randomTensor([3])]);
  });
});
