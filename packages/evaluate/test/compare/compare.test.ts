import { Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  compare, Comparison, comparisonFromJson, Flipping, flipping, pairedDifference, randomRelevance, Scores,
} from "@relprop/evaluate";
import { holm } from "../../src/compare/paired.ts";
import { contributions, linearCase } from "../linear-model.ts";

const scores = (values: readonly number[], metric = "some"): Scores =>
  new Scores(metric, "higher", "", values.map((score, id) => ({ id, score })));

describe("paired differences", () => {
  test("p is the share of signs that give as much, worked by hand", () => {
    // Sums of ±1 ±2 ±3 as large as 6: two of eight.
    expect(pairedDifference(scores([1, 2, 3]), scores([0, 0, 0]))).toMatchObject({ mean: 2, p: 0.25 });
    // As large as 4 (1 − … ): |±1 ±2 ±3| ≥ |−1 + 2 + 3| = 4 holds for 4 of 8.
    expect(pairedDifference(scores([-1, 2, 3]), scores([0, 0, 0])).p).toBe(0.5);
    expect(pairedDifference(scores([1, 1]), scores([1, 1])).p).toBe(1);
  });

  test("many samples that all differ alike leave no doubt, many that differ both ways do", () => {
    const zeros = scores(new Array<number>(40).fill(0));
    expect(pairedDifference(scores(Array.from({ length: 40 }, (_, i) => 1 + i)), zeros).p).toBe(1 / 10_000);
    const both = pairedDifference(scores(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : -1.01))), zeros);
    expect(both.p).toBeGreaterThan(0.5);
    expect(both.interval!.low).toBeLessThan(0);
    expect(both.interval!.high).toBeGreaterThan(0);
  });

  test("only samples that both have count", () => {
    const some = new Scores(
      "some", "higher", "", [{ id: 0, score: 5 }, { id: 1, score: undefined }, { id: 7, score: 1 }],
    );
    expect(pairedDifference(scores([1, 1]), some).mean).toBe(-4);
    expect(() => pairedDifference(scores([]), some)).toThrow(
      "pairedDifference: takes scores of the same samples, got none",
    );
  });

  test("Holm's correction is that of his example: growing factors, never falling, at most 1", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe("compare", () => {
  const linear = linearCase(20, 24);
  const methods = {
    random: randomRelevance(),
    right: contributions(linear),
    turned: (input: unknown) => {
      const { shape, data } = contributions(linear)(input as Tensor);
      return new Tensor(shape, data.map((value) => -value));
    },
  };
  const whole = compare(linear.model, linear.samples, methods);

  test("ranks by the gain, with differences to the best that are told apart from chance", () => {
    const ranking = whole.ranking();
    expect(ranking.map(({ method }) => method)).toEqual(["right", "random", "turned"]);
    expect(ranking[0]!.behind).toBeUndefined();
    expect(ranking[1]!.behind!.adjusted).toBeLessThan(0.01);
    expect(ranking[1]!.behind!.mean).toBeCloseTo(ranking[1]!.mean! - ranking[0]!.mean!, 10);
    expect(ranking[2]!.mean).toBeCloseTo(-ranking[0]!.mean!, 10);
    expect(whole.ranking("deletion").map(({ method }) => method)).toEqual(["right", "random", "turned"]);
  });

  test("gives what each method has alone, to the last bit", () => {
    for (const [name, method] of Object.entries(methods)) {
      expect(whole.methods.get(name)).toEqual(flipping(linear.model, linear.samples, method));
    }
  });

  test("is a table, JSON that can be read again, and merges", () => {
    expect(whole.markdown().split("\n")[0]).toBe("| method | srg | 95 % | behind the best | 95 % | p (Holm) |");
    expect(whole.markdown()).toMatch(/\| random \| [^|]+ \| [^|]+ … [^|]+ \| -[^|]+ \| [^|]+ \| < 0.001 \|/);
    expect(comparisonFromJson(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    const [a, b] = [0, 1].map((part) =>
      compare(linear.model, linear.samples.filter(({ id }) => id % 2 === part), methods, { batch: 3 }));
    expect(b!.merge(a!)).toEqual(whole);
    expect(() => whole.curve("none", "morf")).toThrow('Comparison: takes one of random, right, turned, got "none"');
    expect(whole.curve("right", "morf")[0]).toBe(whole.curve("right", "lerf")[0]);
  });
});

test("what rounds to 0 has no sign in the table", () => {
  const kept = [true, true];
  const flipped = (left: number): Flipping => new Flipping("", [0, 1].map((id) => ({
    id, shares: [0, 1], morf: { scores: [1, 0], kept }, lerf: { scores: [1, left * (1 + id)], kept }, random: [],
  })));
  const table = new Comparison(new Map([["some", flipped(0)], ["less", flipped(-1e-4)]])).markdown();
  expect(table).toContain("| less | 0.000 | 0.000 … 0.000 | 0.000 |");
  expect(table).not.toContain("-0.000");
});
