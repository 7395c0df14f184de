import { chain, Dense, relu } from "@relprop/layers";
import { epsilon, everywhere, inputGradient, inputXGradient, LRP } from "@relprop/lrp";
import { Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  classContrast, completeness, entropy, faithfulnessEstimate, flips, infidelity, measure, mergeMeasures, sensitivityN,
  sparseness, stability, type Method, type Metric,
} from "@relprop/evaluate";
import { randomFor } from "../../src/draw/random.ts";
import { contributions, linearCase } from "../linear-model.ts";

const linear = linearCase(12, 6);
const faithful: readonly Metric[] = [
  sensitivityN({ subsets: 16 }), faithfulnessEstimate(), infidelity({ draws: 32 }), completeness(),
];
const truths = {
  sensitivityN: 1, sensitivityNRank: 1, faithfulnessEstimate: 1, infidelity: 0, infidelityScaled: 0, completeness: 0,
};

const methods: Readonly<Record<string, Method>> = {
  "contributions": contributions(linear),
  "gradient × input": inputXGradient(linear.model),
  "LRP-ε, whether the score is above 0 or below": new LRP(linear.model, everywhere(epsilon(1e-9))),
};

test.each(Object.entries(methods))("of a linear model, %s is right by every measure of faithfulness", (_, method) => {
  const found = measure(linear.model, linear.samples, method, faithful);
  for (const [name, truth] of Object.entries(truths)) {
    for (const value of found.get(name)!.values) expect(value, name).toBeCloseTo(truth, 5);
    expect(found.get(name)!.values.length).toBe(6);
  }
});

test("some of the scores explained here are below 0", () => {
  const scores = linear.samples.map(({ input }) => linear.model.predict(input as Tensor).data[0]!);
  expect(scores.some((score) => score < 0) && scores.some((score) => score > 0)).toBe(true);
});

test("a gradient is right by how far the input moves", () => {
  const found = measure(
    linear.model, linear.samples, inputGradient(linear.model), [infidelity({ of: "sensitivities" })],
  );
  for (const value of found.get("infidelity")!.values) expect(value).toBeCloseTo(0, 6);
});

test("what is wrong by a factor is right by scaled infidelity alone, what has the wrong sign by none", () => {
  const scaled = (by: number): Method => (input) => {
    const { shape, data } = contributions(linear)(input as Tensor);
    return new Tensor(shape, data.map((value) => by * value));
  };
  const twice = measure(linear.model, linear.samples, scaled(2), faithful);
  expect(twice.get("infidelityScaled")!.mean).toBeCloseTo(0, 10);
  expect(twice.get("infidelity")!.mean).toBeGreaterThan(1);
  expect(twice.get("completeness")!.values.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
  expect(twice.get("sensitivityN")!.mean).toBeCloseTo(1, 8);
  const turned = measure(linear.model, linear.samples, scaled(-1), faithful);
  expect(turned.get("infidelityScaled")!.values).toEqual(new Array(6).fill(1));
  expect(turned.get("faithfulnessEstimate")!.mean).toBeCloseTo(-1, 8);
  expect(turned.get("monotonicityCorrelation")!.mean).toBeCloseTo(1, 8);
});

test("infidelity of relevance that says nothing is the mean square of what hiding does", () => {
  // Of one feature every part is all of it.
  const model = chain(new Dense(tensor([[3]])));
  const samples = [{ id: 0, input: tensor([[2]]) }];
  const found = measure(model, samples, () => tensor([[0]]), [infidelity({ draws: 4 }), completeness()]);
  expect([...found.values()].flatMap(({ mean }) => mean ?? [])).toEqual([36, 1, 1]);
  const half = measure(model, samples, () => tensor([[4]]), [infidelity({ draws: 4 })]);
  expect([...half.values()].map(({ mean }) => mean)).toEqual([4, 0]);
});

test("random relevance has no correlation, within the intervals", () => {
  const many = linearCase(20, 80, 5);
  const random: Method = (input) => {
    const draw = randomFor("random", (input as Tensor).data.join());
    return new Tensor([1, 20], Float32Array.from({ length: 20 }, draw.normal));
  };
  const found = measure(many.model, many.samples, random, [sensitivityN({ subsets: 32 }), faithfulnessEstimate()]);
  for (const name of ["sensitivityN", "sensitivityNRank", "faithfulnessEstimate"]) {
    const { low, high } = found.get(name)!.interval({ level: 0.99 })!;
    expect(low, name).toBeLessThan(0);
    expect(high, name).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(0.3);
  }
});

test("contributions of one sign are monotonic", () => {
  const model = chain(new Dense(tensor([[1, 2, 3, 4]])));
  const samples = [{ id: 0, input: tensor([[1, 1, 1, 1]]) }];
  const right = measure(
    model, samples, (x) => tensor([[1, 2, 3, 4].map((w, i) => w * (x as Tensor).data[i]!)]), [flips()],
  );
  expect(right.get("monotonicity")!.mean).toBe(1);
  expect(right.get("srg")!.better).toBe("higher");
  // 4, 3, 2, 1 with signs +, −, +, −: shown from the least relevant on, every second step falls.
  const mixed = measure(chain(new Dense(tensor([[1, -2, 3, -4]]))), samples, () => tensor([[1, 2, 3, 4]]), [flips()]);
  expect(mixed.get("monotonicity")!.mean).toBe(0.5);
});

test("a linear model's gradient does not move, and gradient × input moves as the input does", () => {
  const [gradient, product] = [inputGradient(linear.model), inputXGradient(linear.model)].map((method) =>
    measure(linear.model, linear.samples, method, [stability({ draws: 8, radius: 0.1 })]));
  for (const name of ["maxSensitivity", "meanSensitivity", "localLipschitz", "classChanged"]) {
    expect(gradient!.get(name)!.values, name).toEqual([0, 0, 0, 0, 0, 0]);
  }
  const steepest = linear.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  for (const value of product!.get("localLipschitz")!.values) {
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThanOrEqual(steepest * (1 + 1e-5));
  }
  product!.get("maxSensitivity")!.values.forEach((value, n) =>
    expect(value).toBeGreaterThan(product!.get("meanSensitivity")!.values[n]!));
});

test("draws that change the class do not count", () => {
  // The classes are +x and −x of one feature next to 0: half of the draws change which is larger.
  const model = chain(new Dense(tensor([[1, 1], [-1, 1]])));
  const found = measure(
    model, [{ id: 0, input: tensor([[0, 1]]) }], inputXGradient(model), [stability({ radius: 0.5, draws: 64 })],
  );
  expect(found.get("classChanged")!.mean).toBeGreaterThan(0.3);
  expect(found.get("classChanged")!.mean).toBeLessThan(0.7);
});

test("sparseness and entropy of relevance that all have, and that one has", () => {
  const { model } = linearCase(4, 1);
  const samples = [{ id: 0, input: tensor([[1, 1, 1, 1]]) }];
  const of = (relevance: readonly number[]): readonly (number | undefined)[] =>
    [...measure(model, samples, () => tensor([relevance]), [sparseness(), entropy()]).values()].map(({ mean }) => mean);
  expect(of([2, -2, 2, 2])).toEqual([0, Math.log(4), 1]);
  expect(of([0, -5, 0, 0])).toEqual([0.75, 0, 0.25]);
  // (−3·1 − 1·2 + 1·3 + 3·4) / (4·10)
  expect(of([4, 1, -3, 2])[0]).toBeCloseTo(0.25, 12);
  expect(of([0, 0, 0, 0])).toEqual([undefined, undefined, undefined]);
});

test("class contrast is the mean rank correlation with the relevance of other classes", () => {
  const model = chain(new Dense(tensor([[3, 2, 1], [1, 2, 3], [2, 1.5, 1]])));
  const found = measure(model, [{ id: 0, input: tensor([[1, 1, 1.5]]) }], inputGradient(model), [classContrast()]);
  // Explained is the class 1; of the gradients of 0 and 2 both have the reversed order.
  expect(found.get("classContrast")!.mean).toBeCloseTo(-1, 12);
  const one = measure(model, [{ id: 0, input: tensor([[1, 1, 1.5]]) }], () => tensor([[1, 2, 3]]), [classContrast()]);
  expect(one.get("classContrast")!.mean).toBeCloseTo(1, 12);
});

test("measures do not depend on batches, shards or what is measured beside", () => {
  const model = chain(
    new Dense(tensor([[1, -2, 3, 0.5, 1], [2, 1, -1, 1, 0]])), relu, new Dense(tensor([[1, 2], [3, -1]])),
  );
  const samples = Array.from({ length: 6 }, (_, id) => ({
    id, input: new Tensor([1, 5], Float32Array.from({ length: 5 }, randomFor("sample", id).normal)),
  }));
  const method = inputXGradient(model);
  const metrics = [...faithful, stability({ draws: 4 }), flips({ steps: 5 }), classContrast()];
  const whole = measure(model, samples, method, metrics);
  expect(measure(model, samples, method, metrics, { batch: 1 })).toEqual(whole);
  expect(measure(model, samples, method, metrics, { batch: 5 })).toEqual(whole);
  const [a, b] = [0, 1].map((part) => measure(model, samples.filter(({ id }) => id % 2 === part), method, metrics));
  expect(mergeMeasures(b!, a!)).toEqual(whole);
  const alone = measure(model, samples.toReversed(), method, [metrics[0]!]);
  expect(alone.get("sensitivityN")).toEqual(whole.get("sensitivityN"));
});
