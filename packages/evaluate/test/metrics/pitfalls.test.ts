/** Where measures of explanations have been known to go wrong, one test each. */
import { chain, Dense, Flatten, relu } from "@relprop/layers";
import { epsilon, everywhere, inputGradient, LRP, zPlus } from "@relprop/lrp";
import { tensor, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  completeness, constant, entropy, features, flipping, infidelity, localize, mean, measure, parameterRandomization,
  patches, pixels, randomized, segments, sensitivityN, sparseness, stability,
} from "@relprop/evaluate";
import { MaskedModel } from "../../src/run/masked-model.ts";
import { contributions, linearCase } from "../linear-model.ts";

test("every sample has a score, however many batches there are", () => {
  const linear = linearCase(6, 70);
  const [method, batch] = [contributions(linear), { batch: 3 }];
  const found = measure(linear.model, linear.samples, method, [sensitivityN({ subsets: 8 })], batch);
  expect(found.get("sensitivityN")!.values).toHaveLength(70);
  expect(flipping(linear.model, linear.samples, method, batch).road.values).toHaveLength(70);
});

test("subsets are hidden one by one, never together with those before", () => {
  // Of f = Σ x each subset of two takes away 2: were they added up, the falls would grow.
  const model = chain(new Dense(tensor([new Array<number>(10).fill(1)])));
  const samples = [{ id: 0, input: tensor([new Array<number>(10).fill(1)]) }];
  const one = (x: unknown): Tensor => x as Tensor;
  expect(measure(model, samples, one, [sensitivityN({ sizes: [2] })]).get("sensitivityN")!.left).toBe(1);
  expect(measure(model, samples, one, [infidelity()]).get("infidelity")!.mean).toBe(0);
});

test("all channels of a place are hidden together, in the order of their sum with its sign", () => {
  const model = chain(new Flatten(), new Dense(tensor([[1, 1, 1, 1, 1, 1]])));
  const input = new Tensor([1, 3, 1, 2], Float32Array.of(1, 10, 1, 10, 1, 10));
  // By the size of the parts the left place comes first; their sum there is −1.
  const relevance = new Tensor([1, 3, 1, 2], Float32Array.of(-9, 1, 9, 1, -1, 1));
  const options = { units: pixels(), imputer: constant(0) };
  const { morf, shares } = flipping(model, [{ id: 0, input }], () => relevance, options).samples[0]!;
  expect([shares, morf.scores]).toEqual([[0, 0.5, 1], [33, 3, 0]]);
});

test("curves begin with nothing hidden, and areas do not grow with the number of steps", () => {
  const linear = linearCase(64, 3);
  const areas = [4, 16, 64].map((steps) =>
    flipping(linear.model, linear.samples, contributions(linear), { steps, randomOrders: 0 }));
  linear.samples.forEach(({ input }, n) => {
    expect(areas[0]!.samples[n]!.morf.scores[0]).toBe(linear.model.predict(input as Tensor).data[0]);
  });
  const [few, , many] = areas.map(({ deletion }) => deletion.mean!) as [number, number, number];
  expect(Math.abs(few - many)).toBeLessThan(0.15 * Math.abs(many));
});

test("what no order changes has an area over the curve of 0, and a gain of 0", () => {
  // The score does not depend on the input.
  const model = chain(new Dense(tensor([[0, 0, 0], [0, 0, 0]]), { bias: tensor([3, 1]) }));
  const found = flipping(model, [{ id: 0, input: tensor([[1, 2, 3]]) }], (x) => x as Tensor);
  expect([found.irof.mean, found.aopc.mean, found.srg.mean]).toEqual([0, 0, 0]);
});

test("large segments do not come first for being large", () => {
  const model = chain(new Flatten(), new Dense(tensor([[1, 1, 1, 1]])));
  const input = new Tensor([1, 1, 2, 2], Float32Array.of(1, 1, 1, 2));
  const { samples } = flipping(
    model, [{ id: 0, input }], (x) => x as Tensor, { units: segments([0, 0, 0, 1]), imputer: constant(0) },
  );
  expect(samples[0]!.morf.scores).toEqual([5, 3, 0]);
});

test("a gain is negative where the order is wrong", () => {
  const linear = linearCase(12, 4);
  const turned = flipping(linear.model, linear.samples, (x) =>
    new Tensor([1, 12], contributions(linear)(x as Tensor).data.map((value) => -value)));
  for (const value of turned.srg.values) expect(value).toBeLessThan(0);
});

test("the mean that hides is that of the sample as it was, whatever was hidden before", () => {
  const input = new Tensor([1, 1, 2, 2], Float32Array.of(0, 2, 4, 10));
  const model = chain(new Flatten(), new Dense(tensor([[1, 1, 1, 1], [0, 0, 0, 0]])));
  const masked = new MaskedModel("test", model, { id: 0, input }, { units: patches(1), imputer: mean() });
  expect([...masked.input(Uint8Array.of(1, 0, 0, 0)).data]).toEqual([4, 2, 4, 10]);
  expect([...masked.input(Uint8Array.of(1, 1, 0, 1)).data]).toEqual([4, 4, 4, 4]);
});

test("completeness is how far off a sum is, for roundings too, and whatever LRP starts with", () => {
  const linear = linearCase(5, 4);
  const gaps = (method: LRP): readonly number[] =>
    measure(linear.model, linear.samples, method, [completeness()]).get("completeness")!.values;
  for (const gap of gaps(new LRP(linear.model, everywhere(epsilon(1e-9))))) expect(gap).toBeLessThan(1e-6);
  // z⁺ starts with 1: its parts are shares of the score.
  const positive = chain(new Dense(tensor([[1, 2, 3], [1, 1, 1]])));
  const samples = [{ id: 0, input: tensor([[1, 1, 2]]) }];
  const found = measure(positive, samples, new LRP(positive, everywhere(zPlus())), [completeness(), infidelity()]);
  expect(found.get("completeness")!.mean).toBeCloseTo(0, 6);
  expect(found.get("infidelity")!.mean).toBeCloseTo(0, 5);
});

test("completeness says where the rest went", () => {
  const model = chain(new Dense(tensor([[1, 2]]), { bias: tensor([1]) }));
  const samples = [{ id: 0, input: tensor([[1, 1]]) }];
  const lrp = measure(model, samples, new LRP(model, everywhere(epsilon(1e-9))), [completeness()]);
  expect(lrp.get("biasShare")!.mean).toBeCloseTo(0.25, 6);
  expect(lrp.get("deadShare")!.mean).toBeCloseTo(0, 6);
  const own = measure(model, samples, (x) => x as Tensor, [completeness()]);
  expect(own.get("biasShare")!.left).toBe(1);
});

test("an empty mask is no hit, and parts that speak against a class make no share above 1", () => {
  expect(localize([3, 1], [0, 0]).pointing).toBeUndefined();
  expect(localize([3, -2, 1], [1, 0, 0]).mass).toBe(0.75);
  expect(localize([3, -2, 1], [0, 1, 0]).mass).toBe(0);
});

test("of equals in order of relevance as many hit as would by chance", () => {
  // Two of three places are left to four equals, one of which lies on the mask.
  expect(localize([5, 1, 1, 1, 1], [1, 1, 0, 0, 0], { top: 3 }).top).toBeCloseTo((1 + 2 / 4) / 3, 12);
  expect(localize([1, 1, 1, 1, 5], [1, 1, 0, 0, 0], { top: 3 }).top).toBeCloseTo((2 * (2 / 4)) / 3, 12);
  expect(localize([7, 7, 1, 0], [1, 0, 0, 0]).pointing).toBe(0.5);
});

test("a target that is not the largest can be stable all the same", () => {
  const model = chain(new Dense(tensor([[1, 2], [3, 4]])));
  const samples = [{ id: 0, input: tensor([[1, 2]]), target: 0 }];
  const found = measure(model, samples, inputGradient(model), [stability({ draws: 4 })]);
  expect([...found.values()].map(({ mean }) => mean)).toEqual([0, 0, 0, 0]);
});

test("explanations are measured as they are: not changed in place, signs and sizes kept", () => {
  const linear = linearCase(6, 1);
  const relevance = tensor([[3, -2, 0, 1, -7, 4]]);
  const before = [...relevance.data];
  const found = measure(
    linear.model, linear.samples, () => relevance, [sparseness(), entropy(), sensitivityN({ sizes: [2] })],
    { units: features() },
  );
  expect([...relevance.data]).toEqual(before);
  for (const scores of found.values()) expect(scores.left).toBe(0);
});

test("nodes are randomised alone where that is asked for, and the last of all together is the same", () => {
  const model = chain(new Dense(tensor([[1, 2, 3], [-3, 1, 2], [2, -1, 1]])), relu, new Dense(tensor([[1, -2, 3]])));
  const seen: string[] = [];
  const watch = (of: typeof model) => (input: unknown): Tensor => {
    const weightOf = (layer: object): Tensor => ("weight" in layer ? layer.weight as Tensor : tensor([0]));
    seen.push(of.nodes.map(({ layer }) => [...weightOf(layer).data].join()).join("|"));
    return input as Tensor;
  };
  const samples = [{ id: 0, input: tensor([[1, 2, 3]]) }];
  parameterRandomization(model, samples, watch, { noisy: 0, alone: true });
  const [own, ...alone] = [...new Set(seen)];
  const changed = alone.map((each) => each.split("|").map((part, i) => part !== own!.split("|")[i]));
  expect(changed.slice(0, 2)).toEqual([[false, false, true], [true, false, false]]);
  expect(changed.at(-1)).toEqual([true, false, true]);
  expect(randomized(model, new Set(), 1).nodes).toHaveLength(3);
  seen.length = 0;
  parameterRandomization(model, samples, watch, { noisy: 0 });
  const [before, ...together] = [...new Set(seen)];
  const among = together.map((each) => each.split("|").map((part, i) => part !== before!.split("|")[i]));
  expect(among).toEqual([[false, false, true], [true, false, true]]);
});
