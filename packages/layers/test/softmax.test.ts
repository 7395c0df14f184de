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

  test("gives nothing to what is masked by −∞, forward and back", () => {
    const [masked, bare] = [tensor([[1, -Infinity, 2, -Infinity]]), tensor([[1, 2]])];
    const [{ output, back }, smaller] = [new Softmax().pullback(masked), new Softmax().pullback(bare)];
    const at = ([a, b]: readonly number[]): number[] => [a!, 0, b!, 0];
    expect(values(output)).toEqual(at(values(smaller.output)));
    const relevance = values(back(tensor([[3, 4, 5, 6]]))[0]!).map((v) => v + 0);
    expect(relevance).toEqual(at(values(smaller.back(tensor([[3, 5]]))[0]!)));
  });

  test("has no pullback where a row is masked throughout, and says which", () => {
    const scores = tensor([[[0, -Infinity], [0, 0]], [[0, 0], [-Infinity, -Infinity]]]);
    const advice = "masked throughout; leave it out, or mask with −3e38 for equal probabilities";
    expect(() => new Softmax().pullback(scores)).toThrow(
      `Softmax: takes rows with a score above −∞, got [1, 1, :] ${advice}`,
    );
    expect(() => new LogSoftmax(0).pullback(tensor([[1, -Infinity], [2, -Infinity]]))).toThrow(
      `LogSoftmax: takes rows with a score above −∞, got [:, 1] ${advice}`,
    );
    expect(values(new Softmax(0).pullback(scores).output).slice(2, 4)).toEqual([1, 1]);
    expect(values(new Softmax().forward(scores)).slice(-2)).toEqual([NaN, NaN]);
  });

  test("knows no logarithm of a row that is masked throughout", () => {
    const scores = tensor([[0, 0], [-Infinity, -Infinity]]);
    const layer = new Softmax();
    expect(() => layer.logPullback(scores, layer.forward(scores), scores)).toThrow("got [1, :] masked throughout");
  });

  test("gives zeros for such rows where that is asked for, forward and back", () => {
    const scores = tensor([[0, 0, -Infinity], [-Infinity, -Infinity, -Infinity], [-3e38, -3e38, -3e38]]);
    const layer = new Softmax(-1, { masked: "zeros" });
    const third = Math.fround(1 / 3);
    const { output, back } = layer.pullback(scores);
    expect(values(output)).toEqual([0.5, 0.5, 0, 0, 0, 0, third, third, third]);
    expect(values(back(tensor([[1, 0, 5], [1, 2, 3], [0, 0, 0]]))[0]!)).toEqual([0.25, -0.25, 0, 0, 0, 0, 0, 0, 0]);
    expect(values(layer.logPullback(scores, output, zeros([3, 3]))).every((value) => value === 0)).toBe(true);
  });

  test("expands at scores, not at what masks made of a whole row", () => {
    const layer = new Softmax();
    const [open, closed] = [[3, -1e4, -Infinity], [-3.4e38, -3.4e38, -Infinity]];
    expect(values(layer.expansionPoint(tensor([open])))).toEqual(open);
    expect(values(layer.expansionPoint(tensor([open, closed])))).toEqual([...open, 0, 0, -Infinity]);
    expect(values(layer.expansionPoint(tensor([[-10_001, -10_003]])))).toEqual([0, -2]);
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
