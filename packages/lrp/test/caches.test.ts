/** What is prepared of weights and shapes is shared, and bounded. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { chain, Conv, Dense, Flatten } from "@relprop/layers";
import { alphaBeta, epsilonGammaBox, flat, gamma, generalizedGamma, LRP, quotientRule, zPlus } from "@relprop/lrp";
import { ones } from "@relprop/tensor";
import { expect, test } from "vitest";
import { substituteParameter } from "../src/rules/substitute.ts";
import { Recent } from "../src/run/recent.ts";
import { filled } from "./reshuffled.ts";

function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("the values used last are kept, and no others", () => {
  const recent = new Recent<string, number>(2);
  const made: string[] = [];
  const get = (key: string): number => recent.get(key, () => made.push(key));
  for (const key of ["a", "b", "a", "c", "a", "b"]) get(key);
  expect(made).toEqual(["a", "b", "c", "b"]); // c pushed out b, which was used before a
});

test("rules made anew with the same γ share what is prepared of a weight", () => {
  const weight = filled(3, 4);
  const favour = (rule = gamma()) => rule.quotients[0]!.terms[0]!.weight;
  expect(substituteParameter(weight, favour())).toBe(substituteParameter(weight, favour(gamma(0.25))));
  expect(favour()).toBe(favour(generalizedGamma()));
  expect(favour()).not.toBe(favour(gamma(0.5)));
});

test("200 analyzers on one weight, one after another, take no more memory than a few", () => {
  const weight = ones([300, 300]);
  const model = chain(new Dense(weight), new Dense(ones([2, 300])));
  const input = ones([1, 300]);
  const makers = [
    () => gamma(), (i: number) => gamma(i / 100), () => zPlus(), () => alphaBeta(),
    () => epsilonGammaBox({ low: 0, high: 1 }),
    (i: number) => quotientRule("own", [{ terms: [{ weight: (w) => w * i }] }]),
  ];
  const analyse = (i: number): void => void new LRP(model, makers[i % makers.length]!(i)).analyze(input).relevance;
  for (let i = 0; i < 20; i++) analyse(i);
  const before = bytesInUse();
  for (let i = 20; i < 220; i++) analyse(i);
  // A version of the weight takes 0.36 MB: at most two are kept for those to come.
  expect(bytesInUse() - before).toBeLessThan(1.2e6);
});

test("48 sizes of images through one analyzer take no more memory than a few", () => {
  const lrp = new LRP(chain(new Conv(ones([16, 1, 3, 3])), new Conv(ones([1, 16, 3, 3])), new Flatten()), flat());
  const analyse = (size: number): void => void lrp.analyze(ones([1, 1, size, size]), { target: 0 }).relevance;
  for (const size of [60, 59, 58, 57]) analyse(size);
  const before = bytesInUse();
  for (let size = 12; size < 60; size++) analyse(size);
  expect(bytesInUse() - before).toBeLessThan(6e5);
});
