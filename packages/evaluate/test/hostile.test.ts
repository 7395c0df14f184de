/** Samples, explanations and options that are none: named, never measured. */
import { ActivationLayer, chain, Dense } from "@relprop/layers";
import { LRP } from "@relprop/lrp";
import { DeadlineError, tensor, Tensor, withDeadline, type AbortSignalLike } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { smallestOf } from "../src/clusters/eigen.ts";
import { kMeans } from "../src/clusters/k-means.ts";
import { neighboursOf } from "../src/clusters/spectral.ts";
import {
  audit, auditTexts, checkRelevance, deepLift, expectedGradients, flipping, gradCam, localize, measure, sparseness,
  spray, type FlippingOptions, type Method,
} from "../src/index.ts";

const model = chain(new Dense(tensor([1, 2, -1, 0.5], [2, 2])));
const samples = [0, 1].map((id) => ({ id, input: tensor([[1, id + 0.5]]) }));
const lrp = new LRP(model);
const wrong = (value: unknown): never => value as never;

describe("audits", () => {
  const read = (): Tensor => tensor([[1, 0.5]]);
  const texts = { read: () => [1], scores: () => [1, 0], explain: () => [1] };

  test.each([undefined, null, NaN, -1, 2.5, "3", Infinity])("refuse sets of %s samples", async (size) => {
    await expect(audit(lrp, { size: wrong(size), read })).rejects.toThrow(/^audit: takes a whole number of samples as/);
    const ofTexts = auditTexts({ size: wrong(size), ...texts });
    await expect(ofTexts).rejects.toThrow(/^auditTexts: takes a whole number of texts as size, got/);
  });

  test("of samples that are there already can be ended by a timer", async () => {
    for (const begin of [
      (soon: () => void, signal: AbortSignalLike) =>
        audit(lrp, { size: 1e9, read: () => (soon(), read()) }, { signal, batch: 1 }),
      (soon: () => void, signal: AbortSignalLike) =>
        auditTexts({ size: 1e9, ...texts, read: () => (soon(), [1]) }, { signal }),
    ]) {
      const [begun, controller] = [Date.now(), new AbortController()];
      setTimeout(() => controller.abort("time"), 1);
      const pass = begin(() => {
        if (Date.now() - begun > 10_000) throw new Error("nobody listens");
      }, controller.signal);
      await expect(pass).rejects.toBe("time");
    }
  });
});

describe("a deadline that is over", () => {
  const points = Array.from({ length: 30 }, (_, i) => Float64Array.of(Math.sin(i), Math.cos(i), i % 3));
  const steps = (x: Float64Array): Float64Array => x.map((value, i) => value * i);

  test.each<readonly [string, () => unknown]>([
    ["neighbours", () => neighboursOf(points, 3)],
    ["clusters", () => kMeans(points, 2, 1)],
    ["eigenvectors", () => smallestOf(steps, 30, 2, (i, k) => Math.sin(i * k + 1))],
  ])("ends the search for %s", (_, search) => {
    const over = Date.now() + 5;
    expect(() => withDeadline(over, () => {
      while (Date.now() <= over);
      search();
    })).toThrow(DeadlineError);
  });

  test("ends methods that run the model several times, between its passes", () => {
    const slow = new ActivationLayer({
      name: "slow",
      slope: () => 1,
      apply: (x) => {
        for (const end = Date.now() + 10; Date.now() < end;);
        return x;
      },
    });
    const model = chain({ slow, dense: new Dense(tensor([1, 2, -1, 0.5], [2, 2])) });
    const input = tensor([[1, 2]]);
    const started = Date.now();
    const methods = [
      deepLift(model), gradCam(model, "slow"), expectedGradients(model, { baselines: [input], draws: 2 ** 21 }),
    ];
    for (const method of methods) {
      expect(() => method.analyze(input, { deadline: Date.now() + 5 })).toThrow(DeadlineError);
    }
    expect(Date.now() - started).toBeLessThan(1000);
  });
});

describe("flipping", () => {
  test.each<readonly [FlippingOptions, string]>([
    [{ score: wrong("foo") }, "flipping: takes score probability, logit, margin, got foo"],
    [{ seed: NaN }, "flipping: takes a number as seed, got NaN"],
    [{ seed: wrong("x") }, "flipping: takes a number as seed, got x"],
    [{ imputer: wrong("mean") }, "flipping: takes an imputer such as mean(), got mean"],
    [{ units: wrong("pixels") }, "flipping: takes units such as patches(2), got pixels"],
  ])("refuses %j", (options, message) => {
    expect(() => flipping(model, samples, lrp, options)).toThrow(message);
  });

  test.each<readonly [string, Method, RegExp]>([
    ["nothing", wrong(() => undefined), /^method: relevance: takes a tensor, got undefined$/],
    ["a list", wrong(() => [1, 2]), /^method: relevance: takes a tensor, got a list$/],
    ["NaN", () => new Tensor([1, 2], Float32Array.of(NaN, 1)), /^units: takes finite relevance, got NaN at unit 0$/],
  ])("refuses a method that gives %s", (_, method, message) => {
    expect(() => flipping(model, samples, method)).toThrow(message);
    expect(() => measure(model, samples, method, [sparseness()])).toThrow(message);
  });
});

test("localisation is of finite relevance", () => {
  expect(() => localize([1, NaN, 3], [1, 0, 0])).toThrow("localization: takes finite relevance, got NaN at 1");
  expect(() => localize([1, Infinity], [1, 0])).toThrow("localization: takes finite relevance, got Infinity at 1");
});

test("groups are of finite vectors of one size", () => {
  expect(() => spray([[1, 2], [1, NaN]])).toThrow("spray: takes finite relevance, got NaN in vector 1");
  expect(() => spray([[1, 2], [1, 2, 3]])).toThrow("spray: takes vectors of 2, got 3 at 1");
});

test("expectations are of finite relevance and bounds", () => {
  const { conservation } = lrp.analyze(samples[0]!.input);
  const of = (...values: readonly number[]) => ({ relevance: tensor([[...values]]), conservation });
  const similarity = tensor([[1, 0]]);
  expect(() => checkRelevance(of(NaN, 1), { similarity }, { atLeast: 0 })).toThrow(/finite relevance, got NaN at 0/);
  expect(() => checkRelevance(of(1, 1), { similarity: tensor([[NaN, 0]]) }, { atLeast: 0 })).toThrow(/got NaN at 0/);
  expect(() => checkRelevance(of(1, 1), { share: [1, 0] }, { atLeast: NaN })).toThrow(
    "checkRelevance: takes bounds, got NaN",
  );
});
