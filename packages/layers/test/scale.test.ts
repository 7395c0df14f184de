import {
  BatchNorm, foldAfter, foldBefore, isAffine, isFoldable, isNormalization, relu, Scale,
} from "@relprop/layers";
import { map, ones, Tensor, tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, randomTensor, seeds, tensorOf } from "./random.ts";

describe("Scale", () => {
  test("meets the last axes by default and the given ones otherwise", () => {
    const x = ones([1, 2, 2]);
    expect(values(new Scale(tensor([1, 2])).forward(x))).toEqual([1, 2, 1, 2]);
    expect(values(new Scale(tensor([1, 2]), { axis: 1 }).forward(x))).toEqual([1, 1, 2, 2]);
    expect(values(new Scale(tensor([1, 2]), { axis: -2 }).forward(x))).toEqual([1, 1, 2, 2]);
    expect(values(new Scale(tensor(3)).forward(x))).toEqual([3, 3, 3, 3]);
    expect(values(new Scale(tensor([[1], [2]]), { bias: tensor([[10, 20]]) }).forward(x))).toEqual([11, 21, 12, 22]);
  });

  test("is w ⊙ x + b for any placement of weight and bias", () => {
    const cases = fc.tuple(extents(3, 1, 3), fc.nat(2), fc.nat(3), fc.nat(7), fc.nat(7), fc.boolean(), seeds);
    fc.assert(fc.property(cases, ([sample, from, rank, stretchedWeight, stretchedBias, fromEnd, seed]) => {
      const own = sample.slice(from, from + rank);
      const thin = (mask: number): number[] => own.map((extent, i) => ((mask >> i) & 1 ? 1 : extent));
      const [weight, bias] = [randomTensor(thin(stretchedWeight), seed), randomTensor(thin(stretchedBias), seed + 1)];
      const axis = own.length === 0 ? 1 : fromEnd ? from - 3 : from + 1;
      const layer = new Scale(weight, { bias, axis });
      const x = randomTensor([2, ...sample], seed + 2);
      const first = own.length === 0 ? 1 : from + 1;
      const parameter = (p: typeof weight, q: number[]): number =>
        at(p, p.shape.map((extent, i) => (extent === 1 ? 0 : q[first + i]!)));
      expectClose(layer.forward(x), tensorOf(x.shape, (q) => at(x, q) * parameter(weight, q) + parameter(bias, q)));
      expectAdjoint(layer, [x], { step: 0.5 });
      expectClose(layer.broadcastBias(x.shape), tensorOf(x.shape, (q) => parameter(bias, q)), 1e-9);
    }));
  });

  test("keeps its place when its parameters are replaced", () => {
    const layer = new Scale(tensor([1, 2]), { axis: 1, activation: relu, bias: tensor([-5, -5]) });
    expect(values(layer.forward(ones([1, 2, 2])))).toEqual([0, 0, 0, 0]);
    const replaced = layer.withParameters(tensor([3, 4]), undefined);
    expect(values(replaced.forward(ones([1, 2, 2])))).toEqual([3, 3, 4, 4]);
    expect(replaced.bias).toBeUndefined();
  });

  test("sends back several copies of what it saw", () => {
    const layer = new Scale(tensor([1, 2]), { axis: 1 });
    const back = layer.transpose(ones([2, 1, 2, 1]), [1, 2, 1]);
    expect([back.shape, values(back)]).toEqual([[2, 1, 2, 1], [1, 2, 1, 2]]);
  });

  test("meets the first axis too, and values without axes", () => {
    for (const axis of [0, -2]) {
      const layer = new Scale(tensor([[2], [3]]), { axis, bias: tensor([[0, 10]]) });
      expect(values(layer.forward(ones([2, 2])))).toEqual([2, 12, 3, 13]);
      expect(values(layer.transpose(ones([2, 2, 2]), [2, 2]))).toEqual([2, 2, 3, 3, 2, 2, 3, 3]);
      expectAdjoint(layer, [randomTensor([2, 2])], { step: 0.5 });
    }
    expect(new Scale(tensor(3), { bias: tensor(1) }).forward(tensor(2))).toEqual(tensor(7));
    expect(new Scale(tensor(3)).transpose(tensor([1, 2]), [])).toEqual(tensor([3, 6]));
  });

  test.each<[string, () => unknown, string]>([
    ["axis", () => new Scale(tensor([1]), { axis: 0.5 }), "Scale: takes an axis >= 0, or <= -1 from the end, got 0.5"],
    [
      "beyond the end",
      () => new Scale(tensor([[1, 2]]), { axis: -1 }),
      "Scale: takes an axis >= 0, or <= -2 from the end, got -1",
    ],
    [
      "bias rank",
      () => new Scale(tensor([1, 2]), { bias: tensor([[1]]) }),
      "Scale: takes a bias of 1 dimensions like its weight, got [1, 1]",
    ],
    [
      "features",
      () => new Scale(tensor([1, 2])).outputShape([4, 3]),
      "Scale: takes inputs ending in [2], got [4, 3]",
    ],
    [
      "channels",
      () => new Scale(tensor([1, 2]), { axis: 1 }).outputShape([4, 3]),
      "Scale: takes inputs with [2] at axis 1, got [4, 3]",
    ],
    [
      "fewer axes",
      () => new Scale(tensor([[1, 2]])).outputShape([2]),
      "Scale: takes inputs ending in [1, 2], got [2]",
    ],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("BatchNorm", () => {
  const parameters = {
    gamma: tensor([2, -1]), beta: tensor([0.5, 1]), mean: tensor([1, -1]), variance: tensor([4, 0.25]), epsilon: 0,
  };

  test("normalises every channel with the statistics of training", () => {
    // Channel 0: 2 (x − 1) / 2 + 0.5; channel 1: −(x + 1) / 0.5 + 1.
    const layer = new BatchNorm(parameters);
    expect(values(layer.forward(tensor([[[1, 3], [0, -1]]])))).toEqual([0.5, 2.5, -1, 1]);
    expect(values(layer.weight)).toEqual([1, -2]);
    expect(values(layer.bias!)).toEqual([-0.5, -1]);
  });

  test("is an affine layer that normalises, but not over groups of a sample", () => {
    const layer = new BatchNorm(parameters);
    expect([layer.kind, layer.role, isAffine(layer), isNormalization(layer)]).toEqual([
      "BatchNorm",
      "normalization",
      true,
      false,
    ]);
    expect(layer.withParameters(layer.weight, undefined).kind).toBe("Scale");
  });

  test("holds for any statistics, in any number of dimensions", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        extents(2, 1, 4),
        seeds,
        fc.boolean(),
        (channels, spatial, seed, affine) => {
          const [mean, variance] = [randomTensor([channels], seed), randomTensor([channels], seed + 1, 0, 2)];
          const [gamma, beta] = affine ? [randomTensor([channels], seed + 2), randomTensor([channels], seed + 3)] : [];
          const layer = new BatchNorm({ gamma, beta, mean, variance });
          for (const shape of [
            [2, channels],
            [2, channels, ...spatial],
          ]) {
            const x = randomTensor(shape, seed + 4);
            expectClose(
              layer.forward(x),
              tensorOf(
                shape,
                ([n, c, ...rest]) =>
                  ((at(x, [n!, c!, ...rest]) - mean.data[c!]!) / Math.sqrt(variance.data[c!]! + 1e-5)) *
                    (gamma?.data[c!] ?? 1) +
                  (beta?.data[c!] ?? 0),
              ),
              2e-6,
            );
            expectAdjoint(layer, [x], { step: 0.5 });
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("takes an empty batch and an activation", () => {
    const layer = new BatchNorm({ ...parameters, activation: relu });
    expect(layer.forward(zeros([0, 2, 3])).shape).toEqual([0, 2, 3]);
    expect(values(layer.forward(zeros([1, 2])))).toEqual([0, 0]);
  });

  test.each<[string, () => unknown, string]>([
    ["extents", () => new BatchNorm({ ...parameters, gamma: tensor([1]) }), "BatchNorm: takes gamma [2], got [1]"],
    ["epsilon", () => new BatchNorm({ ...parameters, epsilon: -1 }), "BatchNorm: takes epsilon >= 0, got -1"],
    [
      "channels",
      () => new BatchNorm(parameters).outputShape([1, 3]),
      "BatchNorm: takes inputs with [2] at axis 1, got [1, 3]",
    ],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("folding", () => {
  test("a scale and shift per channel go into a scale before or after it", () => {
    const x = randomTensor([2, 3, 4]);
    const [scale, shift] = [randomTensor([3], 2), randomTensor([3], 3)];
    const outer = new Scale(scale, { bias: shift, axis: 1 });
    const layer = new Scale(randomTensor([3], 4), { bias: randomTensor([3], 5), axis: 1 });
    expect(isFoldable(layer)).toBe(true);
    expectClose(foldAfter(layer, scale, shift)!.forward(x), outer.forward(layer.forward(x)));
    expectClose(foldBefore(layer, scale, shift)!.forward(x), layer.forward(outer.forward(x)));
    expectClose(
      foldBefore(layer, scale, undefined)!.forward(x),
      layer.forward(map(x, (v, i) => v * scale.data[Math.floor(i / 4) % 3]!)),
    );
  });

  test("a scale elsewhere than at the channels does not fold", () => {
    expect(foldAfter(new Scale(tensor([1, 2])), tensor([1, 2]), undefined)).toBeUndefined();
    expect(foldBefore(new Scale(tensor([1, 2, 3]), { axis: 1 }), tensor([1, 2]), undefined)).toBeUndefined();
  });
});

test("parameters at any axes are those of the place, within bounds and back, whatever repeats behind them", () => {
  const shape = [2, 3, 2, 5];
  const x = new Tensor(shape, Float32Array.from({ length: 60 }, (_, i) => Math.sin(3 * i)));
  const numbers = (extents: readonly number[], by: number): Tensor =>
    new Tensor(extents, Float32Array.from({ length: extents.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(by * i)));
  const cases: readonly (readonly [extents: readonly number[], axis: number])[] =
    [[[3], 1], [[2, 3], 0], [[1, 3, 1, 1], 0], [[2, 1, 2], 0], [[3, 2], 1], [[1], 1], [[], 1], [[5], -1], [[2, 1], -2]];
  for (const [extents, axis] of cases) {
    const first = axis < 0 ? 4 + axis : axis;
    const at = (parameter: Tensor, i: number): number => {
      const position = [Math.floor(i / 30), Math.floor(i / 10) % 3, Math.floor(i / 5) % 2, i % 5];
      const index = extents.reduce((sum, extent, k) => sum * extent + (extent === 1 ? 0 : position[first + k]!), 0);
      return parameter.data[index]!;
    };
    const weight = numbers(extents, 1.7);
    for (const bias of [undefined, numbers(extents, 0.6)]) {
      const layer = new Scale(weight, { axis, bias });
      const z = x.data.map((value, i) => Math.fround(at(weight, i) * value) + (bias === undefined ? 0 : at(bias, i)));
      expect(layer.preactivation(x).data).toEqual(z);
      const bounds = { min: -0.25, max: 0.5 };
      expect(layer.clipped(x, bounds).data).toEqual(z.map((value) => Math.min(Math.max(value, -0.25), 0.5)));
      const back = layer.transpose(x.reshape([1, ...shape]), shape);
      expect(back.data).toEqual(x.data.map((value, i) => at(weight, i) * value));
    }
  }
});
