import { chain, Conv, Dense, Flatten, relu } from "@relprop/layers";
import { inputXGradient } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { parameterRandomization, randomized } from "@relprop/evaluate";
import { randomizable } from "../../src/run/randomized-model.ts";
import { randomFor } from "../../src/draw/random.ts";

const draw = randomFor("network");
const normal = (...shape: number[]): Tensor =>
  new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw.normal));
const model = chain(
  new Conv(normal(4, 1, 3, 3), { bias: normal(4), padding: 1, activation: relu }),
  new Flatten(),
  new Dense(normal(3, 64), { bias: normal(3) }),
);
const samples = [0, 1].map((id) => ({ id, input: normal(1, 1, 4, 4) }));

test("weights are permuted within their tensor, and the activation stays", () => {
  const [last, first] = randomizable(model) as [string, string];
  const changed = randomized(model, new Set([first]), 1);
  expect(changed.outputs).toEqual(model.outputs);
  const weightOf = (of: typeof model, name: string): readonly number[] =>
    [...(of.node(name).layer as unknown as { weight: Tensor }).weight.data];
  expect(weightOf(changed, `${first}.sum`)).not.toEqual(weightOf(model, first));
  expect(weightOf(changed, `${first}.sum`).toSorted()).toEqual(weightOf(model, first).toSorted());
  expect(weightOf(changed, last)).toEqual(weightOf(model, last));
  const { shape, data } = changed.predict(samples[0]!.input);
  expect(shape).toEqual([1, 3]);
  expect(data).not.toEqual(model.predict(samples[0]!.input).data);
  expect(randomized(model, new Set(), 1).predict(samples[0]!.input).data).toEqual(
    model.predict(samples[0]!.input).data,
  );
  const redrawn = weightOf(randomized(model, new Set([last]), 1, "redrawn"), last);
  expect(redrawn.toSorted()).not.toEqual(weightOf(model, last).toSorted());
});

test("layers of equal shape do not get equal orders", () => {
  const square = normal(5, 5);
  const twins = chain(new Dense(square), relu, new Dense(square));
  const names = randomizable(twins);
  const changed = randomized(twins, new Set(names), 1);
  const [a, b] = names.map((name) => [...(changed.node(name).layer as Dense).weight.data]);
  expect(a).not.toEqual(b);
});

test("an explanation that does not look at weights is as before, one that does is not", () => {
  const blind = parameterRandomization(model, samples, () => (input) => input as Tensor, { noisy: 3 });
  expect(blind.get("mprt")!.values).toEqual([1, 1]);
  expect(blind.get("smprt")!.values).toEqual([1, 1]);
  expect(blind.get("emprt")!.values).toEqual([0, 0]);
  const seeing = parameterRandomization(model, samples, inputXGradient, { noisy: 3 });
  expect(seeing.get("mprt")!.mean).toBeLessThan(0.95);
  expect(seeing.get("smprt")!.mean).toBeLessThan(0.98);
  expect(parameterRandomization(model, samples.toReversed(), inputXGradient, { noisy: 3 })).toEqual(seeing);
});

test("only networks that were randomised are averaged over, not the one as it was", () => {
  // What is explained turns around as soon as anything is random: the correlation of all is −1.
  const found = parameterRandomization(model, samples, (of) => (input) => {
    const { shape, data } = input as Tensor;
    const values = data.map((_, i) => (of === model ? i : 16 - i));
    return new Tensor(shape, values);
  }, { noisy: 0 });
  expect(found.get("mprt")!.values[0]).toBeCloseTo(-1, 12);
});

test("the entropy of the histogram is that worked by hand", () => {
  // Two bins: as it was one value of 16 lies in the upper one, later half of them.
  const found = parameterRandomization(model, samples.slice(0, 1), (of) => (input) => {
    const { shape, data } = input as Tensor;
    return new Tensor(shape, data.map((_, i) => Number(of === model ? i === 0 : i < 8)));
  }, { noisy: 0, bins: 2 });
  const before = -(1 / 16) * Math.log(1 / 16) - (15 / 16) * Math.log(15 / 16);
  expect(found.get("emprt")!.values[0]).toBeCloseTo((Math.log(2) - before) / before, 10);
});
