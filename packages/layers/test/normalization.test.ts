import {
  GroupNorm, InstanceNorm, isAffine, isNormalization, LayerNorm, LocalResponseNorm, RMSNorm, type NormalizationLayer,
} from "@relprop/layers";
import { ones, sum, tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

const mean = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

interface Case {
  readonly name: string;
  readonly make: (
    shape: readonly number[],
    options: { weight?: Tensor; bias?: Tensor; epsilon?: number; epsilonOutside?: boolean },
  ) => NormalizationLayer;
  /** Whether two positions of one sample share mean and deviation. */
  readonly together: (a: number[], b: number[], shape: readonly number[]) => boolean;
  /** The extents of the parameters, and where a position finds its own. */
  readonly parameters: (shape: readonly number[]) => number[];
  readonly own: (position: number[]) => number[];
  readonly centers: boolean;
}

const cases: Case[] = [
  {
    name: "LayerNorm over one axis",
    make: (shape, options) => new LayerNorm(shape.at(-1)!, options),
    centers: true,
    together: (a, b) => a.slice(0, -1).join() === b.slice(0, -1).join(),
    parameters: (shape) => [shape.at(-1)!],
    own: (p) => [p.at(-1)!],
  },
  {
    name: "LayerNorm over two axes",
    make: (shape, options) => new LayerNorm(shape.slice(-2), options),
    centers: true,
    together: (a, b) => a.slice(0, -2).join() === b.slice(0, -2).join(),
    parameters: (shape) => shape.slice(-2),
    own: (p) => p.slice(-2),
  },
  {
    name: "RMSNorm",
    make: (shape, options) => new RMSNorm([shape.at(-1)!], options),
    centers: false,
    together: (a, b) => a.slice(0, -1).join() === b.slice(0, -1).join(),
    parameters: (shape) => [shape.at(-1)!],
    own: (p) => [p.at(-1)!],
  },
  {
    name: "GroupNorm",
    make: (_, options) => new GroupNorm(2, options),
    centers: true,
    together: (a, b, shape) =>
      a[0] === b[0] && Math.floor((a[1]! * 2) / shape[1]!) === Math.floor((b[1]! * 2) / shape[1]!),
    parameters: (shape) => [shape[1]!],
    own: (p) => [p[1]!],
  },
  {
    name: "InstanceNorm",
    make: (_, options) => new InstanceNorm(options),
    centers: true,
    together: (a, b) => a[0] === b[0] && a[1] === b[1],
    parameters: (shape) => [shape[1]!],
    own: (p) => [p[1]!],
  },
];
const named = cases.map((c) => [c.name, c] as const);
const shapes = fc
  .tuple(fc.constantFrom(2, 4), extents(2, 2, 4))
  .map(([channels, spatial]) => [2, channels, ...spatial]);

describe("normalisation over groups", () => {
  test.each(named)(
    "%s follows its definition, ε inside or outside the root",
    (_, { make, together, parameters, own, centers }) => {
      fc.assert(
        fc.property(
          shapes,
          seeds,
          fc.boolean(),
          fc.boolean(),
          fc.boolean(),
          (shape, seed, epsilonOutside, hasWeight, hasBias) => {
            const [weight, bias] = [randomTensor(parameters(shape), seed), randomTensor(parameters(shape), seed + 1)];
            const epsilon = 0.01;
            const layer = make(shape, {
              epsilon,
              epsilonOutside,
              ...(hasWeight && { weight }),
              ...(hasBias && { bias }),
            });
            const x = randomTensor(shape, seed + 2);
            const centered = tensorOf(
              shape,
              (p) =>
                at(x, p) -
                (centers
                  ? mean(
                      positions(shape)
                        .filter((q) => together(p, q, shape))
                        .map((q) => at(x, q)),
                    )
                  : 0),
            );
            const normalized = tensorOf(shape, (p) => {
              const variance = mean(
                positions(shape)
                  .filter((q) => together(p, q, shape))
                  .map((q) => at(centered, q) ** 2),
              );
              return at(centered, p) / (epsilonOutside ? Math.sqrt(variance) + epsilon : Math.sqrt(variance + epsilon));
            });
            expectClose(layer.center(x), centered, 2e-6);
            expectClose(layer.normalize(x), normalized, 2e-6);
            const want = tensorOf(
              shape,
              (p) => at(normalized, p) * (hasWeight ? at(weight, own(p)) : 1) + (hasBias ? at(bias, own(p)) : 0),
            );
            expectClose(layer.forward(x), want, 5e-6);
            expect(layer.scale === undefined).toBe(!hasWeight && !hasBias);
            expectClose(layer.bare.forward(x), normalized, 2e-6);
            expect(layer.bare.scale).toBeUndefined();
            expect(layer.bare.bare).toBe(layer.bare);
            if (layer.scale !== undefined)
              expectClose(layer.scale.forward(layer.bare.forward(x)), layer.forward(x), 1e-9);
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  test.each(named)("%s has the true derivative, the deviation's included", (_, { make, parameters }) => {
    fc.assert(fc.property(shapes, seeds, fc.boolean(), (shape, seed, epsilonOutside) => {
      const [weight, bias] = [randomTensor(parameters(shape), seed), randomTensor(parameters(shape), seed + 1)];
      const layer = make(shape, { weight, bias, epsilonOutside, epsilon: 0.5 });
      // Neighbours differ by 2 at least: with ε outside the root, a group without deviation is a kink.
      const x = tensorOf(shape, (p) => 2 * (-1) ** p.at(-1)! + at(randomTensor(shape, seed + 2), p));
      expectAdjoint(layer, [x]);
    }), { numRuns: 15 });
  });

  test.each(named)("%s centres as a symmetric projection", (_, { make }) => {
    const shape = [2, 4, 3, 3];
    const layer = make(shape, {});
    const [x, y] = [randomTensor(shape, 1), randomTensor(shape, 2)];
    const product = (a: Tensor, b: Tensor): number => values(a).reduce((total, v, i) => total + v * b.data[i]!, 0);
    expect(product(layer.center(x), y)).toBeCloseTo(product(x, layer.center(y)), 5);
    expectClose(layer.center(layer.center(x)), layer.center(x), 1e-6);
  });

  test.each(named)("%s takes an empty batch, keeps NaN to its group, and says what it is", (_, { make }) => {
    const layer = make([2, 4, 3, 3], {});
    expect([layer.role, isNormalization(layer), isAffine(layer)]).toEqual(["normalization", true, false]);
    const { output, back } = layer.pullback(zeros([0, 4, 3, 3]));
    expect(back(output)[0]!.shape).toEqual([0, 4, 3, 3]);
    const x = randomTensor([2, 4, 3, 3]);
    x.data[0] = NaN;
    expect(layer.forward(x).data[0]).toBeNaN();
    expect(Number.isFinite(sum(layer.forward(x).rows(1, 2)))).toBe(true);
  });

  test.each(named)(
    "%s of a group without deviation is 0, and so is its derivative along the group",
    (_, { make, centers }) => {
      const x = centers ? ones([1, 2, 2, 2]) : zeros([1, 2, 2, 2]);
      for (const epsilonOutside of [true, false]) {
        const { output, back } = make(x.shape, { epsilonOutside, epsilon: 1 }).pullback(x);
        expect(values(output)).toEqual(values(zeros(x.shape)));
        expectClose(back(ones(x.shape))[0]!, centers ? zeros(x.shape) : ones(x.shape));
      }
    },
  );

  test("worked by hand", () => {
    // [1 3]: mean 2, variance 1.
    expect(
      values(new LayerNorm(2, { epsilon: 0, weight: tensor([2, 3]), bias: tensor([1, 1]) }).forward(tensor([[1, 3]]))),
    ).toEqual([-1, 4]);
    // [3 4]: mean square 12.5.
    expectClose(
      new RMSNorm(2, { epsilon: 0 }).forward(tensor([[3, 4]])),
      tensor([[3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)]]),
    );
  });

  test.each<[string, () => unknown, string]>([
    ["shape", () => new LayerNorm(3).outputShape([2, 4]), "LayerNorm: takes [N, …, 3], got [2, 4]"],
    ["batch", () => new LayerNorm([2, 4]).outputShape([2, 4]), "LayerNorm: takes [N, …, 2, 4], got [2, 4]"],
    ["no axis", () => new RMSNorm([]), "RMSNorm: takes at least one axis to normalise, got none"],
    ["weight", () => new LayerNorm(3, { weight: ones([2]) }), "LayerNorm: takes a weight [3], got [2]"],
    ["epsilon", () => new InstanceNorm({ epsilon: -1 }), "InstanceNorm: takes epsilon >= 0, got -1"],
    [
      "groups",
      () => new GroupNorm(2).outputShape([1, 3, 4]),
      "GroupNorm: takes [N, C, …] with C a multiple of 2, got [1, 3, 4]",
    ],
    ["no groups", () => new GroupNorm(0), "GroupNorm: takes a number of groups >= 1, got 0"],
    [
      "parameters",
      () => new GroupNorm(1, { weight: ones([2]), bias: ones([3]) }),
      "GroupNorm: takes weight and bias [2], got [3]",
    ],
    [
      "channels",
      () => new InstanceNorm({ weight: ones([2]) }).outputShape([1, 3, 4]),
      "Scale: takes inputs with [2] at axis 1, got [1, 3, 4]",
    ],
    ["planes", () => new InstanceNorm().outputShape([1, 3]), "InstanceNorm: takes [N, C, …spatial], got [1, 3]"],
    ["size", () => new LocalResponseNorm(0), "LocalResponseNorm: takes a size >= 1, got 0"],
    ["windows of LRN", () => new LocalResponseNorm(1e9).outputShape([1, 30_000, 1]), "takes windows of fewer channels"],
    ["channels of LRN", () => new LocalResponseNorm(3).outputShape([3]), "LocalResponseNorm: takes [N, C, …], got [3]"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("LocalResponseNorm", () => {
  test("divides by the energy of the channels around, for odd and even sizes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), seeds, (size, channels, seed) => {
        const [alpha, beta, bias] = [0.9, 0.6, 1.5];
        const layer = new LocalResponseNorm(size, { alpha, beta, bias });
        const x = randomTensor([2, channels, 2], seed);
        expectClose(
          layer.forward(x),
          tensorOf(x.shape, ([n, c, i]) => {
            let energy = 0;
            for (let j = c! - Math.floor((size - 1) / 2); j <= c! + Math.ceil((size - 1) / 2); j++)
              energy += at(x, [n!, j, i!]) ** 2;
            return at(x, [n!, c!, i!]) / (bias + (alpha / size) * energy) ** beta;
          }),
          1e-6,
        );
        expectAdjoint(layer, [x]);
      }),
      { numRuns: 40 },
    );
  });

  test("worked by hand", () => {
    // Size 2 sees a channel and the one behind it: 1 / (1 + (1 + 4) / 2), 2 / (1 + 4 / 2).
    expectClose(new LocalResponseNorm(2, { alpha: 1, beta: 1 }).forward(tensor([[1, 2]])), tensor([[1 / 3.5, 2 / 3]]));
  });
});

test("what is centred has no mean left, however far it lay from 0", () => {
  const size = 100;
  const x = tensor([Array.from({ length: size }, (_, i) => 1e4 + Math.sin(i * 1.7))]);
  const mean = new LayerNorm(size).center(x).data.reduce((sum, value) => sum + value, 0) / size;
  expect(Math.abs(mean)).toBeLessThan(1e-7);
});
