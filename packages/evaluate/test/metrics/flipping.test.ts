import { chain, Conv, Dense, Flatten, MaxPool, relu } from "@relprop/layers";
import { scalar, Tensor, tensor, useKernels } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { expect, test } from "vitest";
import { constant, features, Flipping, flipping, patches, pixels, type Sample } from "@relprop/evaluate";
import { randomFor } from "../../src/draw/random.ts";
import { stepCounts } from "../../src/metrics/sweep.ts";
import { contributions, halves, linearCase } from "../linear-model.ts";

const permutations = (n: number): readonly (readonly number[])[] =>
  n === 0 ? [[]] : permutations(n - 1).flatMap(
    (order) => Array.from({ length: n }, (_, i) => order.toSpliced(i, 0, n - 1))
  );

test("of a linear model, contributions have the least deletion and the largest insertion of all orders", () => {
  const linear = linearCase(5, 4);
  const own = flipping(linear.model, linear.samples, contributions(linear), { steps: 5 });
  const others = permutations(5).map((order) =>
    flipping(linear.model, linear.samples, () => tensor([order]), { steps: 5, randomOrders: 0 }));
  linear.samples.forEach((_, n) => {
    const at = (result: Flipping, metric: "srg" | "deletion" | "insertion"): number => result[metric].values[n]!;
    expect(at(own, "deletion")).toBe(Math.min(...others.map((result) => at(result, "deletion"))));
    expect(at(own, "insertion")).toBe(Math.max(...others.map((result) => at(result, "insertion"))));
    expect(at(own, "srg")).toBe(Math.max(...others.map((result) => at(result, "srg"))));
  });
});

test("a linear model's curve falls by what was hidden, and its areas are sums", () => {
  const linear = linearCase(6, 3);
  const result = flipping(linear.model, linear.samples, contributions(linear), { steps: 6 });
  linear.samples.forEach(({ input }, n) => {
    const sorted = [...contributions(linear)(input as Tensor).data].sort((a, b) => b - a);
    const rest = Array.from({ length: 7 }, (_, k) => sorted.slice(k).reduce((sum, each) => sum + each, 0));
    expect(result.samples[n]!.morf.scores).toEqual(rest);
    const trapezoids = rest.slice(1).reduce((sum, each, k) => sum + (each + rest[k]!) / 12, 0);
    expect(result.deletion.values[n]).toBeCloseTo(trapezoids, 10);
    expect(result.aopc.values[n]).toBeCloseTo(rest.reduce((sum, each) => sum + (rest[0]! - each) / 7, 0), 10);
  });
});

test("the symmetric relevance gain is insertion less deletion, to the last bit", () => {
  const linear = linearCase(40, 5);
  const result = flipping(linear.model, linear.samples, (input) => input as Tensor);
  expect(result.srg.values).toEqual(result.insertion.values.map((value, n) => value - result.deletion.values[n]!));
  expect(result.samples[0]!.shares).toHaveLength(26);
});

test("inserting the most relevant first goes through the same inputs as hiding the least relevant first", () => {
  const { model, samples } = linearCase(8, 1);
  const distinct = ({ data }: { readonly data: ArrayLike<number> }, sign: 1 | -1): Tensor =>
    new Tensor([1, 8], Float32Array.from(data, (value, i) => sign * (value + i / 16)));
  const result = flipping(model, samples, (x) => distinct(x, 1), { steps: 8 });
  const reversed = flipping(model, samples, (x) => distinct(x, -1), { steps: 8 });
  expect(result.samples[0]!.lerf.scores).toEqual(reversed.samples[0]!.morf.scores);
});

test("steps hide equally many more each time, rounded to the nearest", () => {
  expect(stepCounts(13, 4)).toEqual([0, 3, 7, 10, 13]);
  expect(stepCounts(784, 25).slice(0, 4)).toEqual([0, 31, 63, 94]);
  expect(stepCounts(3, 25)).toEqual([0, 1, 2, 3]);
});

test("batches, the order of samples and shards change no bit", () => {
  const { model, samples } = linearCase(30, 7);
  const options = { steps: 10 };
  const method = ({ data }: { readonly data: ArrayLike<number> }): Tensor => new Tensor(
    [1, 30], Float32Array.from(data, Math.abs)
  );
  const whole = flipping(model, samples, method, options);
  expect(flipping(model, samples, method, { ...options, batch: 1 })).toEqual(whole);
  expect(flipping(model, samples, method, { ...options, batch: 7 })).toEqual(whole);
  expect(flipping(model, samples.toReversed(), method, options)).toEqual(whole);
  const shards = [0, 1, 2].map(
    (shard) => flipping(model, samples.filter(({ id }) => id % 3 === shard), method, options)
  );
  expect(shards[2]!.merge(shards[0]!).merge(shards[1]!)).toEqual(whole);
  expect(whole.srg.interval()).toEqual(shards[2]!.srg.merge(shards[0]!.srg).merge(shards[1]!.srg).interval());
});

test("nor do batches of pictures on SIMD kernels, whose products are tiled", () => {
  useSimd();
  const random = randomFor("network");
  const made = (...shape: readonly number[]): Tensor =>
    new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random.normal));
  const model = chain(
    new Conv(made(8, 3, 3, 3), { padding: 1 }), relu, new Conv(made(16, 8, 3, 3), { padding: 1 }), relu, new MaxPool(2),
    new Flatten(), new Dense(made(5, 16 * 49)),
  );
  const samples = [0, 1].map((id) => ({ id, input: made(1, 3, 14, 14) }));
  const found = [1, 3, 32].map((batch) => flipping(model, samples, (x) => x as Tensor, { batch, steps: 10 }));
  useKernels(scalar);
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
});

test("results of the same sample, or made in another way, do not merge", () => {
  const { model, samples } = linearCase(4, 2);
  const result = flipping(model, samples, (input) => input as Tensor);
  expect(() => result.merge(result)).toThrow("Flipping: takes every sample once, got 0 twice");
  const other = flipping(model, [], (input) => input as Tensor, { seed: 2 });
  expect(() =>
    result.merge(other)).toThrow(/^Flipping: takes results of "features by constant 0, usual score, 25 steps/);
});

test("relevance scaled by a positive number orders alike, and permuted features give the same areas", () => {
  const linear = linearCase(12, 4);
  const options = { steps: 12, randomOrders: 0 };
  // Contributions that no two features share, so that no tie is broken.
  const distinct = ({ data }: { readonly data: ArrayLike<number> }): readonly number[] =>
    linear.weights.map((w, i) => w * data[i]! + i / 64);
  const result = flipping(linear.model, linear.samples, (x) => tensor([distinct(x as Tensor)]), options);
  const scaled = flipping(
    linear.model, linear.samples, (x) => tensor([distinct(x as Tensor).map((r) => 8 * r)]), options
  );
  expect(scaled).toEqual(result);
  const order = [...linear.weights.keys()].reverse();
  const moved = { ...linear, weights: order.map((i) => linear.weights[i]!) };
  const back = flipping(
    linearCaseOf(moved.weights),
    linear.samples.map(({ id, input }) => ({ id, input: tensor([order.map((i) => (input as Tensor).data[i]!)]) })),
    (x) => {
      const values = distinct(tensor([order.map((i) => (x as Tensor).data[i]!)]));
      return tensor([order.map((i) => values[i]!)]);
    },
    options,
  );
  expect(back.srg.values).toEqual(result.srg.values);
});

test("random relevance gains nothing, within the interval", () => {
  const linear = linearCase(49, 60);
  const random = flipping(
    linear.model, linear.samples,
    (input) => new Tensor(
      [1, 49], Float32Array.from({ length: 49 }, randomFor("own", (input as Tensor).data.join()).normal)
    ),
  );
  const { low, high } = random.srg.interval()!;
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
  const true_ = flipping(linear.model, linear.samples, contributions(linear));
  expect(true_.srg.interval()!.low).toBeGreaterThan(10 * high);
});

const picture = (upper: number, lower: number): Tensor =>
  new Tensor([1, 1, 4, 4], Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? upper : lower)));
const sample = (upper: number, lower: number): Sample => ({ id: 0, input: picture(upper, lower) });

test("IROF and ROAD are those worked by hand", () => {
  // Hiding four patches with 0, the upper ones first: the first class has 16, 8, 0, 0, 0, the second 8, 8, 8, 4, 0.
  const result = flipping(
    halves(), [sample(2, 1)], (input) => input as Tensor,
    { units: patches(2), imputer: constant(0), score: "logit", randomOrders: 0 },
  );
  expect(result.samples[0]!.morf.scores).toEqual([16, 8, 0, 0, 0]);
  expect(result.samples[0]!.lerf.scores).toEqual([16, 16, 16, 8, 0]);
  expect(result.irof.values).toEqual([1 - ((1 + 0.5) / 2 + 0.5 / 2) / 4]);
  // The class is the largest at 16:8, 8:8 (no other is larger), not at 0:8 and 0:4, and again at 0:0.
  expect(result.samples[0]!.morf.kept).toEqual([true, true, false, false, true]);
  expect(result.road.values).toEqual([(1 + 0.5 + 0 + 0.5) / 4]);
  expect(result.curve("morf", 5)).toEqual([16, 8, 0, 0, 0]);
  expect(result.curve("morf", 9)[1]).toBe(12);
});

test("a score is a share, a logit, or how far the class is above the others", () => {
  const scoreOf = (score: "probability" | "logit" | "margin"): number =>
    flipping(
      halves(), [sample(1, 0.5)], (input) => input as Tensor, { units: pixels(), score }
    ).samples[0]!.morf.scores[0]!;
  expect(scoreOf("logit")).toBe(8);
  expect(scoreOf("margin")).toBe(4);
  expect(scoreOf("probability")).toBeCloseTo(1 / (1 + Math.exp(-4)), 12);
  const { model, samples } = linearCase(3, 1);
  expect(() => flipping(model, samples, (input) => input as Tensor, { score: "margin" })).toThrow(
    'flipping: takes "logit" as score where there is no class among others, got "margin" of [1, 1]',
  );
});

test("what cannot be flipped is refused", () => {
  const { model, samples } = linearCase(3, 1);
  const nothing = (): Tensor => tensor([[1, 2]]);
  expect(() => flipping(model, samples, nothing)).toThrow(
    "units: takes relevance of 3 elements or a multiple, got [1, 2]"
  );
  const broken = (): Tensor => tensor([[1, NaN, 2]]);
  expect(() => flipping(model, samples, broken)).toThrow("units: takes finite relevance, got NaN at unit 1");
  expect(() => flipping(model, samples, (x) => x as Tensor, { steps: 0 })).toThrow("flipping: takes steps >= 1, got 0");
  const units = { units: features() };
  expect(flipping(model, samples, (x) => x as Tensor, units).samples[0]!.shares).toEqual([0, 1 / 3, 2 / 3, 1]);
});

function linearCaseOf(weights: readonly number[]): ReturnType<typeof linearCase>["model"] {
  return chain(new Dense(tensor([weights])));
}
