import { expect, test } from "vitest";
import { bootstrapInterval, randomFor, Scores } from "@relprop/evaluate";
import { shuffled } from "../../src/draw/random.ts";
import { leastShare } from "../../src/result/interval.ts";
import { normalQuantile, normalShare } from "../../src/result/normal.ts";

test("the normal distribution has the values of tables", () => {
  expect(normalShare(0)).toBe(0.5);
  expect(normalShare(1.959963984540054)).toBeCloseTo(0.975, 12);
  expect(normalShare(-3)).toBeCloseTo(0.0013498980316300933, 14);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
  expect(normalQuantile(0.1)).toBeCloseTo(-1.2815515655446004, 9);
});

test("the least that a share is likely to be is Wilson's", () => {
  expect(leastShare(9, 10)).toBeCloseTo(0.5958, 4);
  expect(leastShare(0, 10)).toBeCloseTo(0, 12);
  expect([leastShare(25, 48) < 0.5, leastShare(33, 48) > 0.5, leastShare(0, 0)]).toEqual([true, true, 0]);
});

test("intervals of normal values hold the truth about as often as they say", () => {
  const holds = Array.from({ length: 400 }, (_, trial) => {
    const random = randomFor("trial", trial);
    const { low, high } = bootstrapInterval(
      Array.from({ length: 40 }, random.normal), [trial], { resamples: 400, level: 0.9 }
    )!;
    return low <= 0 && 0 <= high;
  });
  const share = holds.filter(Boolean).length / holds.length;
  expect(share).toBeGreaterThan(0.85);
  expect(share).toBeLessThan(0.94);
});

test("intervals of skewed values lean to the side of the long tail", () => {
  const random = randomFor("skewed");
  const values = Array.from({ length: 60 }, () => -Math.log(1 - random.uniform()));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const { low, high } = bootstrapInterval(values)!;
  expect(high - mean).toBeGreaterThan(1.1 * (mean - low));
});

test("intervals of a skewed sample are those of two million resamples, bias and acceleration taken off", () => {
  const values = Array.from({ length: 20 }, (_, i) => Math.exp(i / 4));
  const { low, high } = bootstrapInterval(values, ["skewed"], { resamples: 40_000 })!;
  // By a script of its own; 13.77 and 42.00 without acceleration.
  expect(Math.abs(low - 14.784)).toBeLessThan(0.25);
  expect(Math.abs(high - 44.23)).toBeLessThan(0.6);
});

test("values that are all the same have no width, one value no interval", () => {
  expect(bootstrapInterval([0.1, 0.1, 0.1])).toMatchObject({ level: 0.95 });
  const { low, high } = bootstrapInterval([0.1, 0.1, 0.1])!;
  expect(high - low).toBe(0);
  expect(bootstrapInterval([3])).toBeUndefined();
  expect(() => bootstrapInterval([1, 2], [], { level: 1 })).toThrow("interval: takes a level between 0 and 1, got 1");
});

test("scores are sorted by sample, know what is missing, and refuse what is not finite", () => {
  const scores = new Scores(
    "some", "higher", "", [{ id: 4, score: 2 }, { id: 1, score: 1 }, { id: 2, score: undefined }]
  );
  expect(scores.values).toEqual([1, 2]);
  expect(scores.mean).toBe(1.5);
  expect(scores.left).toBe(1);
  expect(`${scores}`).toMatch(/^some 1\.5 \[.*\] of 2 \(1 more without\), higher is better$/);
  expect(() => new Scores("some", "higher", "", [{ id: 0, score: NaN }])).toThrow(
    "some: takes finite scores, got NaN for sample 0"
  );
  expect(new Scores("some", "lower", "", []).mean).toBeUndefined();
});

test("random numbers depend on every part of the key, and on nothing else", () => {
  const first = (...key: (number | string)[]): number => randomFor(...key).uniform();
  expect(first(1, 2, "a", 3)).toBe(first(1, 2, "a", 3));
  const others = [
    first(1, 2, "a", 4), first(1, 3, "a", 3), first(2, 2, "a", 3), first(1, 2, "b", 3), first(1, 2, "a", "3"),
  ];
  expect(new Set([first(1, 2, "a", 3), ...others]).size).toBe(6);
  const means = Array.from({ length: 1000 }, (_, i) => first("uniform", i));
  expect(means.reduce((a, b) => a + b, 0) / 1000).toBeCloseTo(0.5, 1);
  expect([...shuffled(9, randomFor(5))].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("every order of few is as likely as any other", () => {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 1200; draw++) {
    const order = shuffled(3, randomFor("orders", draw)).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(["012", "021", "102", "120", "201", "210"]);
  // 200 of each, within five standard deviations.
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt(1200 * 5 / 36));
});
