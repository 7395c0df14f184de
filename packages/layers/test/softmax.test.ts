import { LogSoftmax, Softmax } from "@relprop/layers";
import { tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

describe("softmax", () => {
  test("follows its definition along any axis, and so does its logarithm", () => {
    fc.assert(fc.property(extents(3, 1, 4), fc.integer({ min: -3, max: 2 }), seeds, (shape, axis, seed) => {
      const along = axis < 0 ? axis + 3 : axis;
      const x = randomTensor(shape, seed, -2, 2);
      const probability = (p: number[]): number => Math.exp(at(x, p)) /
        positions([shape[along]!]).reduce((total, [i]) => total + Math.exp(at(x, p.with(along, i!))), 0);
      expectClose(new Softmax(axis).forward(x), tensorOf(shape, probability));
      expectClose(new LogSoftmax(axis).forward(x), tensorOf(shape, (p) => Math.log(probability(p))), 2e-6);
      expectAdjoint(new Softmax(axis), [x]);
      expectAdjoint(new LogSoftmax(axis), [x]);
    }), { numRuns: 60 });
  });

  test("neither overflows nor vanishes for large scores", () => {
    expect(values(new Softmax().forward(tensor([[1000, 1000], [-1000, 0]])))).toEqual([0.5, 0.5, 0, 1]);
    expect(values(new LogSoftmax().forward(tensor([[1000, 0]])))).toEqual([0, -1000]);
    expect(values(new Softmax().forward(tensor([[0, -Infinity]])))).toEqual([1, 0]);
  });

  test("passes NaN on and takes an empty batch", () => {
    for (const layer of [new Softmax(), new LogSoftmax()]) {
      expect(values(layer.forward(tensor([[NaN, 1], [0, 0]]))).slice(0, 2)).toEqual([NaN, NaN]);
      const { output, back } = layer.pullback(zeros([0, 3]));
      expect(back(output)[0]!.shape).toEqual([0, 3]);
    }
  });

  test("says what it takes", () => {
    expect(() => new Softmax(2).outputShape([1, 2])).toThrow("Softmax: takes an axis from -2 to 1, got 2");
    expect(() => new LogSoftmax(-3).outputShape([1, 2])).toThrow("LogSoftmax: takes an axis from -2 to 1, got -3");
  });
});
