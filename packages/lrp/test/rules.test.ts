/** Every rule at every affine layer against sums over single connections, written from the rule's publication. */
import { AvgPool, chain, Dense, LayerNorm, type AffineLayer } from "@relprop/layers";
import { tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, epsilon, everywhere, flat, gamma, generalizedGamma, LRP, named, norm, wSquare, zBox, zero, zPlus,
  type QuotientRule,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";
import { connectionsOf, type Connections } from "./slow/connections.ts";
import * as published from "./slow/definitions.ts";
import { layerCases } from "./slow/layers.ts";
import { propagate, type SlowStabilizer } from "./slow/propagate.ts";

/** A rule, what was published about it, and the stabiliser it has unless it is told otherwise. */
interface RuleCase {
  readonly rule: QuotientRule;
  readonly definition: published.Definition;
  readonly epsilon?: number;
  /** What the axes of `relativeTo` are, for an output of this rank. */
  readonly axes?: (rank: number) => readonly number[];
}

const behindBatch = (rank: number): readonly number[] => Array.from({ length: rank - 1 }, (_, axis) => axis + 1);

const cases: readonly RuleCase[] = [
  { rule: zero(), definition: published.zero },
  { rule: zero({ bias: "ignored" }), definition: published.zero },
  { rule: zero({ bias: "redistributed", stabilizer: 0.1 }), definition: published.zero },
  { rule: epsilon(), definition: published.zero, epsilon: 1e-6 },
  { rule: epsilon(0.25), definition: published.zero, epsilon: 0.25 },
  { rule: epsilon(0.25, { bias: "ignored" }), definition: published.zero, epsilon: 0.25 },
  { rule: epsilon(0.25, { bias: "redistributed" }), definition: published.zero, epsilon: 0.25 },
  { rule: epsilon({ epsilon: 0.25, clip: true }), definition: published.zero },
  { rule: epsilon({ epsilon: 0.25, relativeTo: "sample" }), definition: published.zero, axes: behindBatch },
  { rule: epsilon({ epsilon: 0.25, relativeTo: [1], clip: true }), definition: published.zero, axes: () => [1] },
  { rule: epsilon({ epsilon: 0.25, relativeTo: [0, -1] }), definition: published.zero, axes: (n) => [0, n - 1] },
  { rule: norm(), definition: published.zero, epsilon: 1e-6 },
  { rule: gamma(), definition: published.gamma(0.25) },
  { rule: gamma(2, { bias: "ignored", stabilizer: 0.1 }), definition: published.gamma(2) },
  { rule: gamma(0.5, { bias: "redistributed" }), definition: published.gamma(0.5) },
  { rule: generalizedGamma(), definition: published.generalizedGamma(0.25) },
  { rule: generalizedGamma(10, { bias: "ignored" }), definition: published.generalizedGamma(10) },
  { rule: generalizedGamma(1, { bias: "redistributed" }), definition: published.generalizedGamma(1) },
  { rule: zPlus(), definition: published.alphaBeta(1, 0) },
  { rule: zPlus({ bias: "ignored" }), definition: published.alphaBeta(1, 0) },
  { rule: zPlus({ bias: "redistributed", stabilizer: 1e-3 }), definition: published.alphaBeta(1, 0) },
  { rule: alphaBeta(), definition: published.alphaBeta(2, 1) },
  { rule: alphaBeta(1.5, 0.5, { bias: "ignored" }), definition: published.alphaBeta(1.5, 0.5) },
  { rule: alphaBeta(3, 2, { bias: "redistributed" }), definition: published.alphaBeta(3, 2) },
  { rule: wSquare(), definition: published.wSquare() },
  { rule: wSquare({ squaredBias: true }), definition: published.wSquare(true) },
  { rule: wSquare({ squaredBias: true, bias: "redistributed" }), definition: published.wSquare(true) },
  { rule: flat(), definition: published.flat },
  { rule: flat({ stabilizer: 0.5 }), definition: published.flat },
  { rule: zBox(-1, 1.5), definition: published.zBox(() => -1, () => 1.5) },
];

const seed = { input: 11, relevance: 12 };

function title({ rule: { name, options } }: RuleCase): string {
  return `${name} ${JSON.stringify(options)}`;
}

function slowStabilizer({ rule, epsilon: expected, axes }: RuleCase, rank: number): SlowStabilizer {
  const { epsilon: value, clip = false } = rule.stabilizer;
  if (expected !== undefined) expect(value).toBe(expected);
  return axes === undefined ? { epsilon: value, clip } : { epsilon: value, clip, axes: axes(rank) };
}

const ROUNDING = 2 ** -24;
const connections = new WeakMap<AffineLayer, Connections>();

/** Holds the engine, planned and not, against the sums over connections, and its books against theirs. */
function compare(ruleCase: RuleCase, layer: AffineLayer, input: Tensor): void {
  const { rule, definition } = ruleCase;
  const { shape } = layer.preactivation(input);
  if (!connections.has(layer)) connections.set(layer, connectionsOf(layer, input.shape, shape));
  const R = randomTensor(shape, seed.relevance);
  const twin = propagate(definition, connections.get(layer)!, {
    a: input.data, R: R.data, shape, stabilizer: slowStabilizer(ruleCase, shape.length), mode: rule.bias,
  });
  const total = twin.rounding.reduce((sum, size) => sum + size, R.data.reduce((sum, r) => sum + Math.abs(r), 0));
  for (const unplanned of [true, false]) {
    const { relevance, conservation } = new LRP(chain(layer), [rule], { unplanned }).analyze(input, { target: R });
    expect(relevance.shape).toEqual(input.shape);
    const errors = twin.relevance.map((value, j) => Math.abs(relevance.data[j]! - value) / (twin.rounding[j]! || 1));
    expect(Math.max(...errors)).toBeLessThan(8 * ROUNDING);
    const row = conservation.rows[0]!;
    for (const key of ["bias", "stabilizer", "dead"] as const) {
      expect(Math.abs(row[key] - twin[key]) / total, key).toBeLessThan(8 * ROUNDING);
    }
    expect(Math.abs(row.other) / total).toBeLessThan(8 * ROUNDING);
    expect(row.in).toBe(R.data.reduce((sum, r) => sum + r, 0));
    expect(row.out).toBe(relevance.data.reduce((sum, r) => sum + r, 0));
  }
}

describe.each(cases.map((ruleCase) => [title(ruleCase), ruleCase] as const))("%s", (_, ruleCase) => {
  test.each(layerCases)("is what was published at $name", ({ input, plain, biased }) => {
    for (const layer of [plain, biased]) compare(ruleCase, layer, randomTensor(input, seed.input));
    compare(ruleCase, biased, randomTensor(input, seed.input, 0, 1));
  });
});

describe("the bounds of zBox", () => {
  const { input, biased, plain } = layerCases.find(({ name }) => name === "Conv 2-D")!;
  const plane = input[2]! * input[3]!;

  test("may differ per channel", () => {
    const [low, high] = [[-1, -2], [1.5, 3]];
    const channel = (j: number): number => Math.floor(j / plane) % 2;
    const definition = published.zBox((j) => low[channel(j)]!, (j) => high[channel(j)]!);
    compare({ rule: zBox(low, high), definition }, biased, randomTensor(input, seed.input));
  });

  test("may differ per element, for all samples or each", () => {
    for (const shape of [input.slice(1), input]) {
      const [low, high] = [randomTensor(shape, 21, -2, -1), randomTensor(shape, 22, 1, 2)];
      const definition = published.zBox((j) => low.data[j % low.size]!, (j) => high.data[j % high.size]!);
      compare({ rule: zBox(low, high), definition }, biased, randomTensor(input, seed.input));
    }
  });

  test("are refused where they do not fit", () => {
    const analyze = (low: number[]): unknown =>
      new LRP(chain(plain), [zBox(low, 3)]).analyze(randomTensor(input));
    expect(() => analyze([1, 2, 3])).toThrow("bound: takes one number or 2, one per channel, got 3");
    expect(() => zBox(1, -1)).toThrow("zBox: takes low <= high, got 1 and -1");
    expect(() => zBox(0, [1, 2, -1])).toThrow("zBox: takes low <= high, got 0 and -1");
    expect(() => zBox([0, 2], [1, 1])).toThrow("zBox: takes low <= high, got 2 and 1");
    expect(() => zBox(NaN, 1)).toThrow("zBox: takes low <= high, got NaN and 1");
  });
});

test("parameters are checked before anything is computed", () => {
  expect(() => alphaBeta(2, 2)).toThrow("alphaBeta: takes α, β >= 0 with α − β = 1, got α = 2, β = 2");
  expect(() => alphaBeta(0.5, -0.5)).toThrow(RangeError);
  expect(() => gamma(-1)).toThrow("gamma: takes γ >= 0, got -1");
  expect(() => generalizedGamma(NaN)).toThrow("generalizedGamma: takes γ >= 0, got NaN");
  expect(() => gamma(Infinity)).toThrow(RangeError);
  expect(() => epsilon(-1)).toThrow("epsilon: takes a stabilizer >= 0, got -1");
  expect(() => zero({ stabilizer: { epsilon: NaN } })).toThrow("zero: takes a stabilizer >= 0, got NaN");
});

test("flat refuses normalisation over groups: of equal inputs it makes 0, and nothing has a share of that", () => {
  const model = chain({ norm: new LayerNorm([3]), dense: new Dense(tensor([[1, 2, 3]])) });
  expect(() => new LRP(model, named("norm", flat()))).toThrow(
    'flat: does not apply to node "norm" (LayerNorm), which normalises over a group: equal inputs make 0 there, of ' +
      "which there are no shares; take layerNorm or pass",
  );
  expect(new LRP(model, everywhere(flat())).rules.rows.map(({ rule }) => rule.name)).toEqual(["layerNorm", "flat"]);
  expect(flat().refusal(new AvgPool(2))).toBeUndefined();
});

test("an output that reads nothing loses its relevance as dead, whatever the rule", () => {
  // Stride 3 with a kernel of 2: every third output of the transposed convolution has no input.
  const layer = layerCases.find(({ name }) => name === "ConvTranspose 1-D with gaps")!.plain;
  const input = tensor([[[1, 2], [1, 1]]]);
  const target = tensor([0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0], [1, 3, 5]);
  for (const rule of [zero(), zPlus(), flat(), wSquare(), alphaBeta(), gamma(), generalizedGamma(), zBox(0, 3)]) {
    const { relevance, conservation } = new LRP(chain(layer), [rule]).analyze(input, { target });
    expect([...relevance.data]).toEqual([0, 0, 0, 0]);
    expect(conservation.totals).toEqual({ bias: 0, stabilizer: 0, dead: 3, ended: 0, other: 0 });
  }
});
