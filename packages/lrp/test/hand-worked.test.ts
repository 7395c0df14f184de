/** Small examples with every number worked out on paper. Those from others say where they are from. */
import {
  chain, Dense, LayerNorm, leakyRelu, MatMul, MaxPool, Model, Multiply, parallel, relu, Scale, skip,
} from "@relprop/layers";
import { relativeError, tensor, type NestedNumbers, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, epsilon, flat, gamma, generalizedGamma, LRP, product, wSquare, zBox, zero, zPlus, type Composite,
  type Rule,
} from "@relprop/lrp";

/** The relevance of `input` for this relevance at the output. */
function relevance(
  model: Model, rules: Composite | Rule | readonly Rule[], input: NestedNumbers, target: NestedNumbers,
): Tensor {
  return new LRP(model, rules).analyze(tensor(input), { target: tensor(target) }).relevance;
}

function expectRelevance(got: Tensor, want: readonly number[]): void {
  expect(relativeError(got.data, want)).toBeLessThan(2e-7);
}

describe("examples of RelevancePropagation.jl", () => {
  const dense = new Dense(tensor([[3, 4], [5, 6]]), { bias: tensor([7, 8]), activation: relu });

  test("LRP-0 at a dense layer", () => {
    // z = [3 + 8 + 7, 5 + 12 + 8] = [18, 25]; s = [1/54, 2/75]
    // R = [3/54 + 10/75, 2 (4/54 + 12/75)]
    expectRelevance(relevance(chain(dense), zero(), [[1, 2]], [[1 / 3, 2 / 3]]), [17 / 90, 316 / 675]);
  });

  test("LRP-0 at a maximum: the winner takes all, with the rule or without", () => {
    // The 10 wins the windows on the left, 6 the one above right, 9 the one below right.
    const input = [[[[1, 2, 3], [10, 5, 6], [7, 8, 9]]]];
    const target = [[[[1 / 30, 2 / 30], [3 / 30, 4 / 30]]]];
    const wanted = [0, 0, 0, 4 / 30, 0, 2 / 30, 0, 0, 4 / 30];
    for (const rules of [[zero()], []]) {
      expectRelevance(relevance(chain(new MaxPool(2, { stride: 1 })), rules, input, target), wanted);
    }
  });

  test("LRP-0 at a scale", () => {
    // z = [−2 + 1, 4 − 3] = [−1, 1]; R = [−2 (1/3) / −1, 4 (2/3) / 1]
    const scale = new Scale(tensor([-2, 2]), { bias: tensor([1, -3]), activation: relu });
    expectRelevance(relevance(chain(scale), zero(), [[1, 2]], [[1 / 3, 2 / 3]]), [2 / 3, 8 / 3]);
  });

  test("a skip connection, and the same as branches side by side", () => {
    // y = x + relu(W x + b) = [1 + 18, 2 + 25].
    // Of the first, 1/19 goes past and 18/19 through the layer, where s = (18/19) / 18: [3/19, 4 · 2/19].
    // Of the second, 2/27 goes past and s = (25/27) / 25: [5/27, 6 · 2/27].
    for (const model of [skip(dense), parallel([dense, chain()])]) {
      const analyze = (target: number): Tensor => new LRP(model).analyze(tensor([[1, 2]]), { target }).relevance;
      expectRelevance(analyze(0), [4 / 19, 8 / 19]);
      expectRelevance(analyze(1), [5 / 27, 14 / 27]);
    }
  });

  test("z⁺ and αβ", () => {
    // Contributions [1, −1] and bias −1: z⁺ = 1, z⁻ = −2.
    // α1β0: −1 · [1/1, 0]; α2β1: −1 · [2 · 1/1, −1 · −1/−2]
    const model = chain(new Dense(tensor([[1, -1]]), { bias: tensor([-1]) }));
    expectRelevance(relevance(model, zPlus(), [[1, 1]], [[-1]]), [-1, 0]);
    expectRelevance(relevance(model, alphaBeta(1, 0), [[1, 1]], [[-1]]), [-1, 0]);
    expectRelevance(relevance(model, alphaBeta(2, 1), [[1, 1]], [[-1]]), [-2, 0.5]);
  });

  test("generalised γ", () => {
    // Contributions [−1, −4] and [−2, 0], biases [−2, 3]: z = [−7, 1].
    // Below 0, the negative ones count 5/4: [−5/4, −5], bias −5/2, together −35/4; R₁ = −7/100, s = 1/125.
    // Above 0, the positive ones do: [−2, 0], bias 15/4, together 7/4; R₂ = 1, s = 4/7.
    // R = [−5/4 · 1/125 − 2 · 4/7, −5 · 1/125]
    const model = chain(new Dense(tensor([[1, -4], [2, 0]]), { bias: tensor([-2, 3]), activation: leakyRelu(0.01) }));
    expect(relativeError(model.predict(tensor([[-1, 1]])).data, [-0.07, 1])).toBeLessThan(1e-7);
    expectRelevance(relevance(model, generalizedGamma(0.25), [[-1, 1]], [[-0.07, 1]]), [-0.01 - 8 / 7, -0.04]);
  });

  test("layer normalisation with its scale", () => {
    // Mean 3/2, deviation 1/2, normalised ±1; z = [3, −1, −5, −1].
    // Through the scale: [2/9, 2/3, 4/15, −4/3]; over a − 3/2: s = [−4/9, 4/3, −8/15, −8/3], mean −26/45.
    // R = a (s + 26/45)
    const weight = tensor([[-2, -2], [2, 2]]);
    const norm = new LayerNorm([2, 2], { weight, bias: tensor([[1, 1], [-3, -3]]), epsilon: 0 });
    const got = relevance(chain(norm, relu), [], [[[1, 2], [1, 2]]], [[[1 / 3, 1 / 3], [2 / 3, 2 / 3]]]);
    expectRelevance(got, [2 / 15, 172 / 45, 2 / 45, -188 / 45]);
  });
});

describe("examples of our own", () => {
  // a = [1, 2, −1]; contributions [[2, −2, 0], [1, 4, 3]], biases [−1, 2]: z = [−1, 10].
  const model = chain(new Dense(tensor([[2, -1, 0], [1, 2, -3]]), { bias: tensor([-1, 2]) }));
  const input = [[1, 2, -1]];
  const analyze = (rule: Rule): Tensor => relevance(model, rule, input, [[1, 2]]);

  test("ε is added away from zero, and the bias keeps its share", () => {
    // s = [1 / (−1 − 1/2), 2 / (10 + 1/2)] = [−2/3, 4/21]
    expectRelevance(analyze(epsilon(0.5)), [-4 / 3 + 4 / 21, 4 / 3 + 16 / 21, 12 / 21]);
    // The bias absorbed −1 · −2/3 + 2 · 4/21, the stabiliser 1 − 2/3 + 2 − 40/21.
    const { conservation } = new LRP(model, epsilon(0.5)).analyze(tensor(input), { target: tensor([[1, 2]]) });
    const { in: arrived, out, bias, stabilizer, dead } = conservation.rows[0]!;
    const wanted = [3, 32 / 21, 2 / 3 + 8 / 21, 1 / 3 + 2 / 21, 0];
    expect(relativeError([arrived, out, bias, stabilizer, dead], wanted)).toBeLessThan(1e-6);
  });

  test("a bias that is ignored leaves the denominator, one that is redistributed gives its share back", () => {
    // Without biases z = [0, 8]; the stabiliser 1 makes them [1, 9] and s = [1, 2/9].
    expectRelevance(analyze(zero({ bias: "ignored", stabilizer: 1 })), [2 + 2 / 9, -2 + 8 / 9, 6 / 9]);
    // s = [−1, 1/5]; the biases' 1 and 2/5 go evenly to three inputs each.
    expectRelevance(analyze(zero({ bias: "redistributed" })), [-2 + 0.2 + 1.4 / 3, 2 + 0.8 + 1.4 / 3, 0.6 + 1.4 / 3]);
  });

  test("clipping and relative stabilisers", () => {
    // sign z max(|z|, 4): s = [−1/4, 1/5]
    expectRelevance(analyze(epsilon({ epsilon: 4, clip: true })), [-0.5 + 0.2, 0.5 + 0.8, 0.6]);
    // The root mean square of −1 and 10 is √(101/2); ε is a tenth of it.
    const e = Math.sqrt(101 / 2) * 0.1;
    const [s, t] = [-1 / (1 + e), 2 / (10 + e)];
    expectRelevance(analyze(epsilon({ epsilon: 0.1, relativeTo: "sample" })), [2 * s + t, -2 * s + 4 * t, 3 * t]);
  });

  test("γ = 1 counts positive weights twice", () => {
    // W = [[4, −1, 0], [2, 4, −3]], b = [−1, 4]: contributions [4, −2, 0] and [2, 8, 3], z = [1, 17].
    expectRelevance(analyze(gamma(1)), [4 + 4 / 17, -2 + 16 / 17, 6 / 17]);
  });

  test("w² and flat look at the layer alone", () => {
    // w² = [[4, 1, 0], [1, 4, 9]]: s = [1/5, 2/14]
    expectRelevance(analyze(wSquare()), [4 / 5 + 2 / 14, 1 / 5 + 8 / 14, 18 / 14]);
    // b² = [1, 4]: s = [1/6, 2/18]
    expectRelevance(analyze(wSquare({ squaredBias: true })), [4 / 6 + 2 / 18, 1 / 6 + 8 / 18, 1]);
    expectRelevance(analyze(flat()), [1, 1, 1]);
  });

  test("z^B counts from the bounds of the box", () => {
    // low −1, high 2: a w − l w⁺ − h w⁻ = [2 + 2, −2 + 2, 0] and [1 + 1, 4 + 2, 3 + 6], together 4 and 17.
    expectRelevance(analyze(zBox(-1, 2)), [1 + 4 / 17, 12 / 17, 18 / 17]);
  });

  test("a product shares equally, or its signal takes all", () => {
    const gate = new Model({
      inputs: [{ name: "signal" }, { name: "gate" }],
      nodes: [{ name: "out", layer: new Multiply(), inputs: ["signal", "gate"], index: [0] }],
      outputs: ["out"],
    });
    const share = (rule: Rule): readonly (readonly number[])[] => {
      const { inputs } = new LRP(gate, [rule]).analyze([tensor([[1, 2]]), tensor([[3]])], { target: tensor([[4, 6]]) });
      return [...inputs.values()].map(({ data }) => [...data]);
    };
    expect(share(product())).toEqual([[2, 3], [5]]); // the gate is read twice
    expect(share(product({ share: 0 }))).toEqual([[4, 6], [0]]);
    expect(share(product({ share: 1 }))).toEqual([[0, 0], [10]]);
  });

  test("a product of matrices splits every sum, then every summand in halves", () => {
    // A = [[1, 2]], B = [[3, 1], [1, −1]]: A B = [[3 + 2, 1 − 2]] = [[5, −1]], with R = [[5, 2]].
    // A: [3/5 · 5 + 1/−1 · 2, 2/5 · 5 + −2/−1 · 2] / 2; B: the same summands, by element.
    const matmul = new Model({
      inputs: [{ name: "A" }, { name: "B" }],
      nodes: [{ name: "out", layer: new MatMul(), inputs: ["A", "B"], index: [0] }],
      outputs: ["out"],
    });
    const { inputs, conservation } = new LRP(matmul).analyze(
      [tensor([[[1, 2]]]), tensor([[[3, 1], [1, -1]]])], { target: tensor([[[5, 2]]]) },
    );
    expectRelevance(inputs.get("A")!, [(3 - 2) / 2, (2 + 4) / 2]);
    expectRelevance(inputs.get("B")!, [3 / 2, -2 / 2, 2 / 2, 4 / 2]);
    expect(conservation.rows[0]!.out).toBeCloseTo(7, 6);
  });
});
