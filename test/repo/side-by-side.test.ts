/** The numbers that the pages for people coming from elsewhere show beside ours: each is computed here again. */
import { fileURLToPath } from "node:url";
import { deepLift, entropy, measure, sparseness } from "@relprop/evaluate";
import {
  Add, chain, Dense, MatMul, Model, relu, skip, Softmax, TreeEnsemble, type DecisionTree,
} from "@relprop/layers";
import {
  alphaBeta, epsilon, everywhere, gamma, generalizedGamma, integratedGradients, LRP, pass, product, taylor, zero, zPlus,
  type Assigned, type Rule,
} from "@relprop/lrp";
import { ones, tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { CaseFile } from "../conformance/case-file.ts";
import { zennitCrpCase } from "../conformance/zennit/crp-case.ts";
import { text } from "./files.ts";

type Row = () => ArrayLike<number>;

const folder = new URL("../conformance/cases/zennit/", import.meta.url);
const caseOf = (path: string): CaseFile => new CaseFile(fileURLToPath(new URL(`${path}.safetensors`, folder)));

/** Relevance of a score, or of the copies of it that a target weighs. */
function explained(model: Model, rules: Assigned, input: Tensor, target: Tensor | number = 0): Float32Array {
  return new LRP(model, rules).analyze(input, { start: "value", target }).relevance.data;
}

const oneTwoThree = tensor([[1, 2, 3]]);

/** Captum's `SimpleLRPModel`: all weights 2, then all 3; the first weight may be another. */
function simple(corner: number, [first, last]: readonly [Rule, Rule]): Float32Array {
  const hidden = new Dense(tensor([[corner, 2, 2], [2, 2, 2], [2, 2, 2]]));
  return explained(chain(hidden, relu, new Dense(tensor([[3, 3, 3]]))), [first, pass(), last], oneTwoThree);
}

const toy = chain(
  new Dense(tensor([[-4, -3, -2], [-1, 0, 1], [2, 3, 4]])), relu,
  new Dense(tensor([[-3, -2, -1], [0, 1, 2]]), { bias: tensor([1, 1]) }),
);
const toyInput = tensor([[0.29611194, 0.51656228, 0.25167072]]);

/** One sample of a reference case of one layer. */
function zennitLayer(name: string, rule: Rule): Float32Array {
  const file = caseOf(`layers/${name}`);
  const layer = new Dense(file.tensor("layer.weight"), { bias: file.tensor("layer.bias") });
  const target = file.tensor("relevance_out");
  return new LRP(chain(layer), [rule]).analyze(file.tensor("input"), { target }).relevance.data.slice(0, 6);
}

/** A neuron of two inputs with the weights 1 and −1 and the bias −1, at [1, 1]. */
const cancelling = (rule: Rule): Float32Array =>
  explained(chain(new Dense(tensor([[1, -1]]), { bias: tensor([-1]) })), [rule], ones([1, 2]));

const split = (feature: number, yes: number, no: number): DecisionTree[number] =>
  ({ feature, comparison: "leq", threshold: 0.5, yes, no, cover: feature === 1 ? 100 : 50 });
const leaf = (value: number, cover: number): DecisionTree[number] => ({ weights: [[0, value]], cover });
const shapley = (grown: DecisionTree, x: readonly number[]): Float32Array =>
  new TreeEnsemble({ trees: [grown], features: 2, targets: 1 }).contributions(tensor([x])).shares.data;
const and = [split(1, 1, 2), leaf(0, 50), split(0, 3, 4), leaf(0, 25), leaf(1, 25)];
const or = [split(1, 1, 2), split(0, 3, 4), leaf(1, 50), leaf(0, 25), leaf(1, 25)];

const attended = new Model({
  inputs: [{ name: "p" }, { name: "v" }],
  nodes: [{ name: "out", layer: new MatMul(), inputs: ["p", "v"], index: [0] }],
  outputs: ["out"],
});
function shared(which: string): Float32Array {
  const inputs = [tensor([[1, 2]]), tensor([[3, -1], [0.5, 2]])];
  return new LRP(attended, [product()]).analyze(inputs, { target: tensor([[1, 0.5]]) }).inputs.get(which)!.data;
}

/** Of a relevance of 3, −1, 0.5 and 0.5. */
function measured(metric: ReturnType<typeof entropy>, name: string): number {
  const relevance = tensor([[3, -1, 0.5, 0.5]]);
  const samples = [{ id: 0, input: ones([1, 4]) }];
  return measure(chain(new Dense(ones([2, 4]))), samples, () => relevance, [metric]).get(name)!.mean!;
}

const pages: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  "captum": {
    "`EpsilonRule()` at both": () => simple(2, [epsilon(1e-9), epsilon(1e-9)]),
    "`GammaRule(1)`, `GammaRule()`; first weight −2": () => simple(-2, [gamma(1), gamma(0.25)]),
    "`Alpha1_Beta0_Rule()` at both; first weight −2": () => simple(-2, [zPlus(), zPlus()]),
    "`IdentityRule()`, `EpsilonRule()`; first weight −2": () => simple(-2, [pass(), epsilon(1e-9)]),
    "`x + Linear(x)`, all weights 5, at [2, 3]": () => explained(
      skip(new Dense(tensor([[5, 5], [5, 5]])), new Add()), everywhere(zero()), tensor([[2, 3]]), 1,
    ),
    "`IntegratedGradients`": () => integratedGradients(toy).analyze(toyInput, { target: 0 }).relevance.data,
    "`DeepLift`": () => deepLift(toy).analyze(toyInput, { target: 0 }).relevance.data,
  },
  "zennit": {
    "`Epsilon(0.25)`": () => zennitLayer("linear__bias__epsilon-0.25", epsilon(0.25)),
    "`Gamma(0.25)`": () => zennitLayer("linear__bias__gamma-0.25", generalizedGamma(0.25, { stabilizer: 1e-6 })),
    "`ZPlus()`": () => zennitLayer("linear__bias__zplus", zPlus({ stabilizer: 1e-6 })),
    "`AlphaBeta(2, 1)`": () => zennitLayer("linear__bias__alphabeta-2-1", alphaBeta(2, 1, { stabilizer: 1e-6 })),
  },
  "innvestigate": {
    "`lrp.alpha_1_beta_0`": () => cancelling(alphaBeta(1, 0)),
    "`lrp.alpha_2_beta_1`": () => cancelling(alphaBeta(2, 1)),
  },
  "relevancepropagation-jl": {
    "`ZeroRule()`": () => new LRP(
      chain(new Dense(tensor([[3, 4], [5, 6]]), { bias: tensor([7, 8]) }), relu), [zero(), pass()],
    ).analyze(tensor([[1, 2]]), { target: tensor([[1 / 3, 2 / 3]]) }).relevance.data,
    "`AlphaBetaRule(2, 1)`": () => cancelling(alphaBeta(2, 1)),
    "`ZPlusRule()`": () => cancelling(zPlus()),
  },
  "lxt": {
    "`softmax`": () => new LRP(chain(new Softmax()), [taylor()], { skipChecks: true })
      .analyze(tensor([[1, 2, 0.5]]), { target: tensor([[0.5, 1, -0.25]]) }).relevance.data,
    "`matmul`, probabilities": () => shared("p"),
    "`matmul`, values": () => shared("v"),
  },
  "shap": {
    "AND at [1, 1]": () => shapley(and, [1, 1]),
    "AND at [0, 0]": () => shapley(and, [0, 0]),
    "OR at [1, 1]": () => shapley(or, [1, 1]),
    "OR at [0, 0]": () => shapley(or, [0, 0]),
  },
  "quantus": {
    "`Sparseness`": () => [measured(sparseness(), "sparseness")],
    "`Complexity`": () => [measured(entropy(), "entropy")],
  },
};

/** What a table of a page says in the row that begins so: theirs, ours. */
function printed(page: string, row: string): readonly (readonly string[])[] {
  const line = text(`docs/coming-from/${page}.md`).split("\n").find((each) => each.startsWith(`| ${row} |`));
  const cells = line?.split(" | ").slice(1).map((cell) => cell.replace(/ \|$/, "").replaceAll("−", "-"));
  return (cells ?? []).map((cell) => cell.split(", "));
}

/** Half of what the last digit of a printed number stands for. */
const half = (number: string): number => 0.5 * 10 ** -(number.split(".")[1]?.length ?? 0);

describe.each(Object.entries(pages))("numbers on the page for people coming from %s", (page, rows) => {
  test.each(Object.entries(rows))("%s", (row, compute) => {
    const [theirs = [], ours = []] = printed(page, row);
    const got = Array.from(compute());
    expect(ours).toHaveLength(got.length);
    for (const [i, number] of ours.entries()) {
      expect(Math.abs(Number(number) - got[i]!)).toBeLessThanOrEqual(1.001 * half(number));
    }
    // iNNvestigate adds the whole bias on both sides: the page says so.
    if (page === "innvestigate") return;
    expect(theirs).toEqual(ours);
  });
});

test("zennit-crp: all that a committed case compares is the same, and the page shows its channels", () => {
  const file = caseOf("crp/crp_vggbn_multilayer");
  for (const { what, error } of zennitCrpCase(file)) expect(error, what).toBeLessThan(1e-5);
  const shares = file.stored("channel_relevance.features.4").float64().slice(0, 6);
  const [theirs = [], ours = []] = printed("zennit", "channels 0 to 5 of `features.4`");
  expect(theirs).toEqual([...shares].map((share) => share.toFixed(4)));
  expect(ours).toEqual(theirs);
});
