/** Rules with a sign of their own at sums and means, whose weights count as 1. */
import { Add, AvgPool, chain, Conv, Dense, Model, relu, skip, Subtract } from "@relprop/layers";
import { relativeError, sum, tensor, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, byKind, composite, epsilonAlpha2Beta1, epsilonGammaBox, epsilonPlus, epsilonPlusFlat, gamma,
  generalizedGamma, gradient, LRP, wSquare, zPlus, type Rule,
} from "../src/index.ts";
import { randomTensor } from "../../layers/test/random.ts";

const adding = new Model({
  inputs: [{ name: "a" }, { name: "b" }],
  nodes: [{ name: "sum", layer: new Add(), inputs: ["a", "b"], index: [0] }],
  outputs: ["sum"],
});

/** Relevance of both summands of each of the samples, from 1 at every sum. */
function shares(rule: Rule, a: readonly number[], b: readonly number[]): readonly (readonly number[])[] {
  const [left, right] = [tensor(a.map((value) => [value])), tensor(b.map((value) => [value]))];
  const { inputs } = new LRP(adding, byKind({ Add: rule })).analyze([left, right], { target: 0 });
  return [...inputs.values()].map(({ data }) => [...data]);
}

describe("at a sum", () => {
  test("z⁺ shares among summands above 0", () => {
    // 3 and −1: all to the first; 1 and 3: a quarter and three; −1 and −2: to none.
    const [a, b] = shares(zPlus(), [3, 1, -1], [-1, 3, -2]);
    expect(a).toEqual([1, 0.25, 0].map((value): unknown => expect.closeTo(value, 6)));
    expect(b).toEqual([0, 0.75, 0].map((value): unknown => expect.closeTo(value, 6)));
  });

  test("αβ takes β of those below 0", () => {
    // 3 and −1, α = 2, β = 1: 2 · 3 / 3 and −1 · (−1) / (−1).
    expect(shares(alphaBeta(2, 1), [3], [-1]).flat()).toEqual([2, -1].map((v): unknown => expect.closeTo(v, 6)));
  });

  test("γ changes nothing, since all weights are 1; its generalisation favours the sign of the sum", () => {
    expect(shares(gamma(1), [3], [-1]).flat()).toEqual([1.5, -0.5].map((v): unknown => expect.closeTo(v, 6)));
    // Contributions above 0 count double: 6 and −1 of 5.
    const favoured = shares(generalizedGamma(1), [3], [-1]).flat();
    expect(favoured).toEqual([1.2, -0.2].map((v): unknown => expect.closeTo(v, 6)));
  });

  test("differences, and rules of squared weights, are still refused", () => {
    const pair = new Model({ ...adding, nodes: [{ ...adding.nodes[0]!, layer: new Subtract() }] });
    expect(() => new LRP(pair, byKind({ Subtract: zPlus() }))).toThrow("which has no weight to substitute");
    expect(() => new LRP(adding, byKind({ Add: wSquare() }))).toThrow("which has no weight to substitute");
  });

  test("a mean is a sum", () => {
    const x = randomTensor([2, 3, 4, 4]);
    const pooled = new LRP(chain(new AvgPool(2)), byKind({ AvgPool: zPlus() })).analyze(x);
    const weight = new Tensor([3, 1, 2, 2], new Float32Array(12).fill(0.25));
    const convolved = new LRP(chain(new Conv(weight, { stride: 2, groups: 3 })), zPlus()).analyze(x);
    expect(relativeError(pooled.relevance.data, convolved.relevance.data)).toBeLessThan(1e-6);
  });
});

describe("presets", () => {
  const conv = (): Conv => new Conv(randomTensor([3, 3, 3, 3]), { padding: 1, bias: randomTensor([3]) });
  const residual = chain(conv(), skip(chain(relu, conv())), skip(chain(relu, conv())));
  const x = randomTensor([1, 3, 6, 6]);

  test("give sums the rule of convolutions where asked: nothing is blue that no rule made so", () => {
    const negative = (options: { readonly sums: boolean }): number => {
      const { relevance } = new LRP(residual, epsilonPlus(options)).analyze(x);
      return relevance.data.filter((value) => value < 0).length;
    };
    expect(negative({ sums: true })).toBe(0);
    expect(negative({ sums: false })).toBeGreaterThan(0);
  });

  test.each([
    ["epsilonPlusFlat", epsilonPlusFlat],
    ["epsilonAlpha2Beta1", epsilonAlpha2Beta1],
    ["epsilonGammaBox", epsilonGammaBox],
  ] as const)("%s leaves biases out where asked", (_, preset) => {
    const { conservation } = new LRP(residual, preset({ bias: "ignored", sums: true })).analyze(x);
    expect(conservation.totals.bias).toBe(0);
    expect(new LRP(residual, preset()).analyze(x).conservation.totals.bias).not.toBe(0);
  });

  test("redistribute what biases took, so that all arrives", () => {
    const { relevance } = new LRP(residual, epsilonPlus({ bias: "redistributed", sums: true })).analyze(x);
    expect(sum(relevance)).toBeCloseTo(1, 2);
    expect(composite(epsilonPlus())).toHaveLength(1);
  });
});

describe("an explanation says", () => {
  const x = randomTensor([1, 3, 6, 6]);
  const conv = new Conv(randomTensor([2, 3, 3, 3]));

  test("that inputs leave the box of z^B, and by how much", () => {
    const bytes = new Tensor(x.shape, x.data.map((value) => 255 * Math.abs(value)));
    const { warnings } = new LRP(chain(conv), epsilonGammaBox()).analyze(bytes);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^node "0": zBox takes inputs from -3 to 3, got -3\.000 to \d+/);
    expect(new LRP(chain(conv), epsilonGammaBox({ low: 0, high: 300 })).analyze(bytes).warnings).toEqual([]);
  });

  test("that flat says nothing of the features of a table", () => {
    const table = chain(new Dense(randomTensor([2, 4])), relu);
    const { warnings } = new LRP(table, epsilonPlusFlat()).analyze(randomTensor([1, 4]));
    expect(warnings[0]).toContain("flat gives every feature of a dense layer the same share");
  });

  test("that biases took nearly all, unless relevance is no share at all", () => {
    const biased = chain(new Dense(tensor([[0.001, 0.001]]), { bias: tensor([1]) }));
    const { warnings } = new LRP(biased).analyze(tensor([[1, 1]]));
    expect(warnings[0]).toMatch(/^0\.20 % of the relevance arrived at the input/);
    expect(warnings[0]).toContain('bias: "ignored" or "redistributed"');
    expect(new LRP(biased, gradient()).analyze(tensor([[1, 1]])).warnings).toEqual([]);
  });

  test("that relevance ended where no term has the sign, once biases are out of it", () => {
    const inhibited = chain(new Dense(tensor([[-1, -1]])));
    const { warnings } = new LRP(inhibited, zPlus({ bias: "ignored" })).analyze(tensor([[1, 1]]));
    expect(warnings[0]).toMatch(/^0\.0 % of the relevance arrived at the input.*γ ends less$/);
  });
});
