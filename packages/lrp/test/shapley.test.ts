import { chain, Dense, TreeEnsemble, type DecisionTree } from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { checkModel, LRP } from "../src/index.ts";
import { applied } from "../src/rules/rule.ts";
/** x[0] ≤ 0 ? (x[1] ≤ 0 ? (1, 0) : (3, 2)) : (7, 4), a quarter, a quarter and a half of all samples. */
const tree: DecisionTree = [
  { feature: 0, comparison: "leq", threshold: 0, yes: 1, no: 4, cover: 4 },
  { feature: 1, comparison: "leq", threshold: 0, yes: 2, no: 3, cover: 2 },
  { weights: [[0, 1]], cover: 1 },
  { weights: [[0, 3], [1, 2]], cover: 1 },
  { weights: [[0, 7], [1, 4]], cover: 2 },
];
const layer = new TreeEnsemble({ trees: [tree], features: 2, targets: 2 });
const model = chain(layer);

test("relevance of trees is the Shapley values of their answer, and the mean is the share of biases", () => {
  expect(checkModel(model).passed).toBe(true);
  const found = new LRP(model).analyze(tensor([[-1, 1]]), { target: 0, start: "value" });
  // On average 4.5; with x[0] 2, with x[1] 5, with both 3: φ₀ = ((2 − 4.5) + (3 − 5)) / 2 and
  // φ₁ = ((5 − 4.5) + (3 − 2)) / 2.
  expect([...found.relevance.data]).toEqual([-2.25, 0.75]);
  expect(found.conservation.totals).toMatchObject({ bias: expect.closeTo(4.5, 6), dead: 0, ended: 0 });
  // From one, everything is a part of one.
  const parts = new LRP(model).analyze(tensor([[-1, 1]]), { target: 0 });
  expect([...parts.relevance.data]).toEqual([-0.75, 0.25]);
  expect(parts.warnings).toEqual([]);
});

test("several targets of several samples are told apart, and add up behind what mixes them", () => {
  const both = new LRP(model).analyzeAll(tensor([[-1, 1], [1, 1]]), { targets: [0, 1], start: "value" });
  expect(both.map(({ relevance }) => [...relevance.data]))
    .toEqual([[-2.25, 0.75, 2.25, 0.25], [-1.25, 0.75, 1.25, 0.25]]);
  const mixed = chain(layer, new Dense(tensor([[1, -2]])));
  const [found] = new LRP(mixed).analyzeAll(tensor([[-1, 1]]), { targets: [0], start: "value" });
  expect([...found!.relevance.data]).toEqual([-2.25 + 2.5, 0.75 - 1.5]);
});

test("trees that do not say where samples went say so, and other layers have no such rule", () => {
  const bare = chain(new TreeEnsemble({ trees: [tree.map(({ cover: _, ...node }) => node)], features: 2, targets: 2 }));
  const { warnings } = new LRP(bare).analyze(tensor([[-1, 1]]), { target: 0 });
  expect(warnings.join()).toMatch(/both ways of a split count alike/);
  expect(() => applied(layer.rule, new Dense(tensor([[1]])))).toThrow("has trees of its own");
});
