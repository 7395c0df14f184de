import { CRP } from "@relprop/crp";
import { chain, Dense, Softmax } from "@relprop/layers";
import { epsilon, everywhere, inputXGradient, LRP } from "@relprop/lrp";
import { Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  averaged,
  constant,
  deepLift,
  expectedGradients,
  features,
  gradCam,
  kernelShap,
  layerGradientXActivation,
  patches,
  throughConcepts,
  type Method,
} from "@relprop/evaluate";
import { relevanceOf } from "../../src/run/method.ts";
import { contributions, linearCase } from "../linear-model.ts";
import { picture, reference, referenceNetwork } from "../reference/network.ts";

const input = picture(reference.input);
const baselines = reference.baselines.map(picture);
const explained = (method: Method): readonly number[] =>
  [...relevanceOf(method, { id: 0, input }, reference.target).data];

function expectClose(got: readonly number[], wanted: unknown, tolerance: number): void {
  const values = wanted as readonly number[];
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(got.length).toBe(values.length);
  got.forEach(
    (value, i) => expect(Math.abs(value - values[i]!), `${i}: ${value}, ${values[i]}`).toBeLessThan(tolerance * size),
  );
}

test("the network is that of the reference", () => {
  expectClose([...referenceNetwork().predict(input).data], reference.logits, 1e-6);
});

test.each([false, true])("DeepLIFT is the reference's, and adds up (fused: %s)", (fused) => {
  const model = referenceNetwork(fused);
  const found = explained(deepLift(model, { baseline: baselines[0]! }));
  expectClose(found, reference["deepLift"], 1e-5);
  expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(reference.deepLiftDelta, 4);
  expectClose(explained(deepLift(model)), reference["deepLift0"], 1e-5);
});

test("Grad-CAM and gradient × activation are the reference's, at any node", () => {
  const model = referenceNetwork();
  const [conv, act, pool] = model.nodes.map(({ name }) => name) as [string, string, string];
  expectClose(explained(gradCam(model, pool)), reference["gradCam"], 1e-5);
  expectClose(explained(layerGradientXActivation(model, pool)), reference["poolGradientXActivation"], 1e-5);
  expectClose(explained(layerGradientXActivation(model, act)), reference["convGradientXActivation"], 1e-5);
  const { atNode } = gradCam(model, pool, { signed: true }).analyze(input, { target: reference.target });
  expect(atNode.shape).toEqual([1, 2, 2, 2]);
  expect(() => gradCam(model, "nowhere")).toThrow(`takes the name of a node, got "nowhere"; there are ${conv}`);
  expect(() => gradCam(model, model.nodes.at(-1)!.name).analyze(input)).toThrow(
    "methods: takes a node with 2 spatial axes, as its input has, got 0",
  );
});

test("expected gradients come as near the mean of all paths as there are draws", () => {
  const model = referenceNetwork();
  const found = explained(expectedGradients(model, { baselines, draws: 1500 }));
  expectClose(found, reference["expected"], 0.005);
  expectClose(explained(
    expectedGradients(model, { baselines: baselines.slice(0, 1), draws: 1000 }),
  ), reference["integrated"], 0.005);
  expect(explained(expectedGradients(model, { baselines, draws: 30 }))).not.toEqual(
    explained(expectedGradients(model, { baselines, draws: 30, seed: 2 })),
  );
});

test("Shapley values are those of all orders, from all subsets and, nearly, from some", () => {
  const model = referenceNetwork();
  const options = { units: patches(2), imputer: constant(0) };
  const perUnit = (relevance: readonly number[]): readonly number[] => [0, 2, 8, 10].map((i) => 4 * relevance[i]!);
  expectClose(perUnit(explained(kernelShap(model, options))), reference.shapley, 1e-5);
  expectClose(perUnit(explained(kernelShap(model, { ...options, subsets: 13 }))), reference.shapley, 0.3);
  expect(() => explained(kernelShap(model, { units: patches(1), subsets: 20 }))).toThrow(
    "kernelShap: takes at least 32 subsets for 16 units, got 20",
  );
});

test("Shapley values of a linear model are its contributions, also from some of the subsets", () => {
  const linear = linearCase(14, 2);
  const method = kernelShap(linear.model, { units: features(), subsets: 200 });
  for (const { input: x } of linear.samples) {
    const found = relevanceOf(method, { id: 0, input: x }, 0);
    expectClose([...found.data], [...contributions(linear)(x as Tensor).data], 1e-5);
  }
});

test("DeepLIFT of a linear model is w ⊙ (x − x₀), and softmax is refused", () => {
  const linear = linearCase(6, 1);
  const x = linear.samples[0]!.input as Tensor;
  const { data } = deepLift(linear.model, { baseline: 2 }).analyze(x, { target: 0 }).relevance;
  expect([...data]).toEqual(linear.weights.map((w, i) => w * (x.data[i]! - 2)));
  const model = chain(new Dense(tensor([[1, 2], [2, 1]])), new Softmax());
  expect(() => deepLift(model).analyze(tensor([[1, 2]]))).toThrow(
    /deepLift: takes linear layers, activations, sums, means and maxima, got ".*" \(Softmax\)/,
  );
});

test("averages of no noise are the method itself, and of a linear model's contributions nearly so", () => {
  const linear = linearCase(6, 1);
  const x = linear.samples[0]!.input as Tensor;
  const method = inputXGradient(linear.model);
  const of = (average: Method): readonly number[] => [...relevanceOf(average, { id: 0, input: x }, 0).data];
  expectClose(of(averaged(method, { noise: 0, samples: 3 })), of(method), 1e-6);
  expectClose(of(averaged(method, { noise: 0.1, samples: 300 })), of(method), 0.1);
  expect(of(averaged(method, { noise: 0.1, samples: 3 }))).not.toEqual(of(method));
});

test("relevance through all concepts of a node is all relevance", () => {
  const model = referenceNetwork();
  const lrp = new LRP(model, everywhere(epsilon(1e-9)));
  const [, , pool] = model.nodes.map(({ name }) => name) as [string, string, string];
  const crp = new CRP(lrp);
  const [first, second] = [0, 1].map((channel) => explained(throughConcepts(crp, { [pool]: channel })));
  expectClose(first!.map((value, i) => value + second![i]!), explained(lrp), 1e-4);
});
