import { ReduceMax, ReduceMean, ReduceSum } from "@relprop/layers";
import { tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, distinctTensor, extents, positions, seeds, tensorOf } from "./random.ts";

const cases = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.tuple(extents(rank, 1, 3), fc.subarray(Array.from({ length: rank }, (_, i) => i + 1)), fc.boolean(), seeds));

describe("reductions", () => {
  test("mean, sum and maximum follow their definitions over any axes", () => {
    fc.assert(fc.property(cases, ([sample, axes, keepDims, seed]) => {
      const x = distinctTensor([2, ...sample], seed);
      const reduced = (f: (elements: number[]) => number): Tensor => {
        const whole = tensorOf(
          x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
          (p) =>
            f(
              positions(x.shape)
                .filter((q) => q.every((i, axis) => axes.includes(axis) || i === p[axis]))
                .map((q) => at(x, q)),
            ),
        );
        return keepDims ? whole : whole.reshape(whole.shape.filter((_, axis) => !axes.includes(axis)));
      };
      const total = (elements: number[]): number => elements.reduce((a, b) => a + b, 0);
      const options = { axes, keepDims };
      expectClose(new ReduceSum(options).forward(x), reduced(total), 2e-6);
      expectClose(new ReduceMean(options).forward(x), reduced((elements) => total(elements) / elements.length), 2e-6);
      expectClose(new ReduceMax(options).forward(x), reduced((elements) => Math.max(...elements)), 1e-9);
      expectAdjoint(new ReduceSum(options), [x], { step: 0.5 });
      expectAdjoint(new ReduceMean(options), [x], { step: 0.5 });
      expectAdjoint(new ReduceMax(options), [x], { step: 1 / (8 * x.size) });
    }), { numRuns: 60 });
  });

  test("all axes behind the batch shrink by default, and axes count from the end if negative", () => {
    expect(new ReduceMean().outputShape([2, 3, 4])).toEqual([2, 1, 1]);
    expect(new ReduceSum({ axes: [-1], keepDims: false }).outputShape([2, 3, 4])).toEqual([2, 3]);
  });

  test("the first of equal maxima gets everything, and NaN wins", () => {
    const { output, back } = new ReduceMax().pullback(tensor([[1, 3, 3], [NaN, 5, NaN]]));
    expect(values(output)).toEqual([3, NaN]);
    expect(values(back(tensor([[1], [2]]))[0]!)).toEqual([0, 1, 0, 2, 0, 0]);
  });

  test("an empty batch stays empty", () => {
    for (const layer of [new ReduceMax(), new ReduceMean(), new ReduceSum()]) {
      const { output, back } = layer.pullback(zeros([0, 3]));
      expect([output.shape, back(output)[0]!.shape]).toEqual([[0, 1], [0, 3]]);
    }
  });

  test("the maximum of nothing is below every number, and nothing goes back to nothing", () => {
    const { output, back } = new ReduceMax().pullback(zeros([2, 0]));
    expect([values(output), back(output)[0]!.shape]).toEqual([[-Infinity, -Infinity], [2, 0]]);
  });

  test("each has the role of what it does", () => {
    expect([new ReduceMax().role, new ReduceMean().role, new ReduceSum().role]).toEqual(["route", "average", "sum"]);
  });

  test.each<[string, () => unknown, string]>([
    ["axis", () => new ReduceSum({ axes: [3] }).outputShape([2, 3]), "ReduceSum: takes an axis from -2 to 1, got 3"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
