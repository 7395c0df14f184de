import {
  abs,
  activate,
  activationByName,
  ActivationLayer,
  activationNames,
  celu,
  clip,
  elu,
  erf,
  exp,
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  hardtanh,
  identity,
  leakyRelu,
  log,
  mish,
  pow,
  PRelu,
  reciprocal,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  sqrt,
  tanh,
  threshold,
  type Activation,
} from "@relprop/layers";
import { activationPullback } from "../src/layer/activation.ts";
import { ones, tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, randomTensor, seeds, tensorOf } from "./random.ts";

/** The error function by its Taylor series with positive terms, `2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!`. */
function erfSeries(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) total += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

const sigma = (z: number): number => 1 / (1 + Math.exp(-z));

interface Case {
  /** Where the slope jumps. */
  readonly kinks?: readonly number[];
  /** The least argument. */
  readonly from?: number;
  /** The relative error, besides an absolute one that sums of numbers near 1 leave. */
  readonly error?: number;
  readonly absolute?: number;
}

/** Every activation with its definition. */
const definitions: [Activation, (z: number) => number, Case?][] = [
  [identity, (z) => z],
  [relu, (z) => Math.max(z, 0), { kinks: [0] }],
  [leakyRelu(), (z) => Math.max(z, 0) + 0.01 * Math.min(z, 0), { kinks: [0] }],
  [leakyRelu(0.3), (z) => Math.max(z, 0) + 0.3 * Math.min(z, 0), { kinks: [0] }],
  [relu6, (z) => Math.min(Math.max(z, 0), 6), { kinks: [0, 6] }],
  [threshold(1, -2), (z) => (z > 1 ? z : -2), { kinks: [1] }],
  [hardtanh(-1, 2), (z) => Math.min(Math.max(z, -1), 2), { kinks: [-1, 2] }],
  [clip(-2, 3), (z) => Math.min(Math.max(z, -2), 3), { kinks: [-2, 3] }],
  [hardSigmoid(), (z) => Math.min(Math.max(z / 6 + 0.5, 0), 1), { kinks: [-3, 3], absolute: 4e-8 }],
  [hardSigmoid(0.2, 0.5), (z) => Math.min(Math.max(0.2 * z + 0.5, 0), 1), { kinks: [-2.5, 2.5], absolute: 4e-8 }],
  [hardSwish, (z) => (z * Math.min(Math.max(z + 3, 0), 6)) / 6, { kinks: [-3, 3] }],
  [abs, (z) => Math.max(z, -z), { kinks: [0] }],
  [elu(1.5), (z) => (z > 0 ? z : 1.5 * (Math.exp(z) - 1)), { kinks: [0] }],
  [selu(), (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * (Math.exp(z) - 1)), { kinks: [0] }],
  [celu(2), (z) => Math.max(z, 0) + Math.min(0, 2 * (Math.exp(z / 2) - 1)), { kinks: [0] }],
  [gelu, (z) => (z / 2) * (1 + erfSeries(z / Math.SQRT2)), { error: 5e-7 }],
  [geluTanh, (z) => (z / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))), { error: 1e-6 }],
  [silu, (z) => z * sigma(z)],
  [softplus(), (z) => Math.log(1 + Math.exp(z))],
  [softplus(2), (z) => Math.log(1 + Math.exp(2 * z)) / 2],
  [mish, (z) => z * Math.tanh(Math.log(1 + Math.exp(z)))],
  [sigmoid, sigma],
  [tanh, (z) => (Math.exp(z) - Math.exp(-z)) / (Math.exp(z) + Math.exp(-z))],
  [softsign, (z) => z / (1 + Math.abs(z))],
  [erf, erfSeries],
  [exp, (z) => Math.E ** z],
  [log, (z) => Math.log2(z) * Math.LN2, { from: 0.3 }],
  [sqrt, (z) => z ** 0.5, { from: 0.3 }],
  [reciprocal, (z) => z ** -1, { from: 0.3 }],
  [pow(3), (z) => z * z * z],
  [pow(0.5), Math.sqrt, { from: 0.3 }],
];

const label = ({ name, parameters }: Activation): string => `${name}(${Object.values(parameters ?? {}).join(", ")})`;
const table = definitions.map(([activation, f, options]) => [label(activation), activation, f, options ?? {}] as const);

describe("activations", () => {
  test.each(table)("%s follows its definition", (_, activation, f, { from = -5, error = 2.5e-7, absolute = 1e-9 }) => {
    for (let step = from; step < 6.5; step += 0.0937) {
      const z = Math.fround(step);
      expect(Math.abs(activation.apply(z) - f(z))).toBeLessThanOrEqual(error * Math.abs(f(z)) + absolute);
    }
  });

  test.each(table)("%s has the derivative it says", (_, activation, f, { kinks = [], from = -5 }) => {
    const step = 1e-3;
    for (let z = from; z < 6.5; z += 0.0937) {
      if (kinks.some((kink) => Math.abs(z - kink) < 3 * step)) continue;
      const slope = (8 * (f(z + step) - f(z - step)) - (f(z + 2 * step) - f(z - 2 * step))) / (12 * step);
      expect(Math.abs(activation.slope(z) - slope)).toBeLessThanOrEqual(1e-6 * Math.abs(slope) + 5e-8);
    }
  });

  test.each(table)("%s keeps NaN", (_, activation) => {
    expect(activation.apply(NaN)).toBeNaN();
  });

  test.each(table)("%s is nonnegative where it says so", (_, activation, __, { from = -5 }) => {
    if (activation.nonnegative !== true) return;
    for (let z = from; z < 6.5; z += 0.0937) expect(activation.apply(z)).toBeGreaterThanOrEqual(0);
  });

  test.each(table)("%s can be had by its name and parameters", (_, activation) => {
    const again = activationByName(activation.name, activation.parameters);
    expect(again.parameters).toEqual(activation.parameters);
    for (const z of [0.4, 1.7, 5.3])
      expect([again.apply(z), again.slope(z)]).toEqual([activation.apply(z), activation.slope(z)]);
  });

  test("names without parameters give the defaults", () => {
    for (const name of activationNames()) expect(activationByName(name).name).toBe(name);
  });

  test("smooth ones stay finite far out, and precise in the tail", () => {
    for (const activation of [gelu, geluTanh, silu, mish, softplus(), sigmoid, tanh, elu(), selu(), celu(), erf]) {
      for (const z of [-1e4, -100, 100, 1e4]) {
        expect(Number.isFinite(activation.apply(z))).toBe(true);
        expect(Number.isFinite(activation.slope(z))).toBe(true);
      }
    }
    // z Φ(z) at −6 is −6 · 9.8658764503769814e-10.
    expect(gelu.apply(-6) / -5.9195258702261888e-9).toBeCloseTo(1, 6);
    // 1 − tanh² at 10 is 8.2446144553957e-9.
    expect(tanh.slope(10) / 8.2446144553957e-9).toBeCloseTo(1, 6);
    expect(softplus(1, 20).apply(21)).toBe(21);
  });

  test("slopes at kinks are those of frameworks", () => {
    expect([
      relu.slope(0),
      leakyRelu(0.125).slope(0),
      abs.slope(0),
      relu6.slope(6),
      hardtanh().slope(1),
      clip(-1, 1).slope(1),
    ]).toEqual([0, 0.125, 0, 0, 0, 1]);
  });

  test("nothing flows back where the covector is 0, even where the slope is infinite", () => {
    expect(values(activationPullback(sqrt, zeros([2]), tensor([0, 1])))).toEqual([0, Infinity]);
  });

  test("functions that replace those of an activation are called", () => {
    const twice = { ...sigmoid, apply: (z: number) => 2 * z, slope: () => 2 };
    expect(values(activate(twice, tensor([1, -3])))).toEqual([2, -6]);
    expect(values(activationPullback(twice, tensor([1, -3]), tensor([5, 7])))).toEqual([10, 14]);
  });

  test("gates are shut at −∞, and open at ∞", () => {
    for (const gate of [silu, gelu, geluTanh, hardSwish, mish]) {
      expect([gate.apply(-Infinity) + 0, gate.apply(Infinity)]).toEqual([0, Infinity]);
      expect([gate.slope(-Infinity) + 0, gate.slope(Infinity)]).toEqual([0, 1]);
    }
  });

  test("identity hands over the tensor itself, and relu goes through the kernel", () => {
    const x = tensor([-1, 2, NaN]);
    expect(activate(identity, x)).toBe(x);
    expect(activationPullback(identity, x, x)).toBe(x);
    expect(values(activate(relu, x))).toEqual([0, 2, NaN]);
  });

  test("as a layer, it takes the activation's name", () => {
    const layer = new ActivationLayer(gelu);
    expect([layer.kind, layer.role]).toEqual(["Gelu", "activation"]);
    expectAdjoint(layer, [randomTensor([2, 3, 4])]);
    expectAdjoint(new ActivationLayer(mish), [randomTensor([2, 5])]);
    expect(layer.forward(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  test.each<[string, () => unknown, string]>([
    ["bounds", () => clip(1, 0), "clip: takes min <= max, got 1 and 0"],
    ["alpha", () => celu(0), "celu: takes alpha other than 0, got 0"],
    ["beta", () => softplus(0), "softplus: takes beta > 0, got 0"],
    [
      "name",
      () => activationByName("toString"),
      "activationByName: takes abs, acos, acosh, asin, asinh, atan, atanh, ceil, celu, clip, ",
    ],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("PRelu", () => {
  test("has a slope per channel, or one for all", () => {
    expect(
      values(
        new PRelu(tensor([0.5, 2]), { axis: 1 }).forward(
          tensor([
            [
              [-1, 3],
              [-1, 3],
            ],
          ]),
        ),
      ),
    ).toEqual([-0.5, 3, -2, 3]);
    expect(values(new PRelu(tensor([0.25])).forward(tensor([[-4, 4]])))).toEqual([-1, 4]);
  });

  test("follows its definition for random slopes", () => {
    fc.assert(fc.property(seeds, (seed) => {
      const [x, slope] = [randomTensor([2, 3, 4], seed), randomTensor([3], seed + 1)];
      const layer = new PRelu(slope, { axis: 1 });
      expectClose(layer.forward(x), tensorOf(x.shape, (p) => (at(x, p) > 0 ? 1 : slope.data[p[1]!]!) * at(x, p)));
      expectClose(
        layer.pullback(x).back(ones(x.shape))[0]!,
        tensorOf(x.shape, (p) => (at(x, p) > 0 ? 1 : slope.data[p[1]!]!)),
      );
    }));
  });
});
