/** Every benchmark runs: one cycle of each case at sizes that take no time. */
import benny from "benny";
import { describe, expect, test } from "vitest";

interface Case {
  readonly label: string;
  readonly make: () => () => unknown;
}

type Suites = Readonly<Record<string, (size: { readonly tiny: boolean }) => readonly Case[]>>;

const { suites } = (await import(new URL("../../bench/suites.js", import.meta.url).href)) as { suites: Suites };

test("there is a suite for kernels, layers, rules, whole models and concepts", () => {
  expect(Object.keys(suites)).toEqual(["kernels", "layers", "rules", "models", "concepts"]);
});

describe.each(Object.entries(suites))("%s", (_, suite) => {
  test.each(suite({ tiny: true }).map(({ label, make }) => [label, make] as const))("%s runs", (_label, make) => {
    const run = make();
    run();
    run();
  });

  test("has labels that tell cases apart, at full size too", () => {
    for (const tiny of [true, false]) {
      const labels = suite({ tiny }).map(({ label }) => label);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

test("benny measures a case", async () => {
  const [{ label, make }] = suites["layers"]!({ tiny: true }) as [Case];
  const summary = await benny.suite("one", benny.add(label, make, { maxTime: 0.001, minSamples: 1 }));
  expect(summary.results.map(({ name, ops }) => [name, ops > 0])).toEqual([[label, true]]);
});
