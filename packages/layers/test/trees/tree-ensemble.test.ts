import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { TreeEnsemble, type DecisionTree, type TreeNode } from "../../src/index.ts";

/** Numbers from 0 to 1, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807 + 12345) % 2147483647) / 2147483647;
}

/** A tree of random splits, covers counted from its leaves. */
function grown(next: () => number, depth: number, features: number, targets: number): DecisionTree {
  const nodes: TreeNode[] = [];
  const grow = (left: number): number => {
    const at = nodes.length;
    nodes.push({ weights: [] });
    if (left === 0 || (left < depth && next() < 0.2)) {
      const weights = Array.from({ length: targets }, (_, target) => [target, 2 * next() - 1] as const);
      nodes[at] = { weights: weights.filter(() => next() < 0.8), cover: Math.ceil(9 * next()) };
      return at;
    }
    const [feature, threshold] = [Math.floor(features * next()), 2 * next() - 1];
    const comparison = (["leq", "lt", "gte", "gt"] as const)[Math.floor(4 * next())]!;
    const [yes, no] = [grow(left - 1), grow(left - 1)];
    const cover = nodes[yes]!.cover! + nodes[no]!.cover!;
    nodes[at] = { feature, comparison, threshold, yes, no, missing: next() < 0.5, cover };
    return at;
  };
  grow(depth);
  return nodes;
}

/** What a tree says on average where only some features are known, written out from the definition. */
function expectation(tree: DecisionTree, x: readonly number[], known: number, target: number, at = 0): number {
  const node = tree[at]!;
  if ("weights" in node) return node.weights.find(([each]) => each === target)?.[1] ?? 0;
  const below = (next: number): number => expectation(tree, x, known, target, next);
  if ((known >> node.feature) % 2 === 1) {
    const value = x[node.feature]!;
    const holds = {
      leq: value <= Number(node.threshold), lt: value < Number(node.threshold),
      gte: value >= Number(node.threshold), gt: value > Number(node.threshold), eq: false, neq: false,
    }[node.comparison];
    return below(holds || (Number.isNaN(value) && node.missing === true) ? node.yes : node.no);
  }
  const [yes, no] = [tree[node.yes]!.cover!, tree[node.no]!.cover!];
  return (yes * below(node.yes) + no * below(node.no)) / (yes + no);
}

/** A feature's Shapley value: its worth to all coalitions of the others. */
function shapley(worth: (known: number) => number, features: number, feature: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let sum = 0;
  for (let known = 0; known < 2 ** features; known++) {
    if ((known >> feature) % 2 === 1) continue;
    const size = [...known.toString(2)].filter((bit) => bit === "1").length;
    const weight = (factorial(size) * factorial(features - size - 1)) / factorial(features);
    sum += weight * (worth(known | (1 << feature)) - worth(known));
  }
  return sum;
}

test.each(["sum", "average", "min", "max"] as const)("shares of trees whose %s counts are Shapley's", (aggregate) => {
  const next = numbers(aggregate.length + 7);
  for (let round = 0; round < 25; round++) {
    const [features, targets] = [1 + Math.floor(6 * next()), 1 + Math.floor(3 * next())];
    const trees = Array.from({ length: 1 + Math.floor(4 * next()) }, () =>
      grown(next, Math.floor(6 * next()), features, targets));
    const base = Array.from({ length: targets }, next);
    const layer = new TreeEnsemble({ trees, features, targets, aggregate, base });
    expect(layer.isCounted).toBe(true);
    const x = Array.from({ length: features }, () => (next() < 0.1 ? NaN : Math.fround(2 * next() - 1)));
    const [y, { shares, means }] = [layer.forward(tensor([x])), layer.contributions(tensor([x]))];
    for (let target = 0; target < targets; target++) {
      const said = trees.map((tree) => ({ tree, value: expectation(tree, x, 2 ** features - 1, target) }));
      // Trees that say nothing about a target are no candidates.
      const silent = ({ tree }: { tree: DecisionTree }): boolean =>
        leafWeights(tree, x).every(([each]) => each !== target);
      const candidates = said.filter((each) => !silent(each)).map(({ value }) => value);
      const extreme = aggregate === "min" ? Math.min(...candidates) : Math.max(...candidates);
      const chosen = aggregate === "min" || aggregate === "max"
        ? said.filter((each) => !silent(each) && each.value === extreme).slice(0, 1) : said;
      const scale = aggregate === "average" ? 1 / trees.length : 1;
      const worth = (known: number): number =>
        base[target]! + scale * chosen.reduce((sum, { tree }) => sum + expectation(tree, x, known, target), 0);
      expect(y.data[target]).toBeCloseTo(worth(2 ** features - 1), 5);
      expect(means.data[target]).toBeCloseTo(worth(0), 5);
      for (let feature = 0; feature < features; feature++) {
        expect(shares.data[target * features + feature]).toBeCloseTo(shapley(worth, features, feature), 5);
      }
    }
  }
});

function leafWeights(tree: DecisionTree, x: readonly number[], at = 0): readonly (readonly [number, number])[] {
  const node = tree[at]!;
  if ("weights" in node) return node.weights;
  const alone: DecisionTree = [node, { weights: [[0, 1]] }, { weights: [[0, 0]] }];
  const trees = [[{ ...node, yes: 1, no: 2 }, ...alone.slice(1)]];
  const yes = new TreeEnsemble({ trees, features: x.length, targets: 1 });
  return leafWeights(tree, x, yes.forward(tensor([x])).data[0] === 1 ? node.yes : node.no);
}

const stump: DecisionTree = [
  { feature: 1, comparison: "leq", threshold: 0.5, yes: 1, no: 2 }, { weights: [[0, 4]] }, { weights: [[0, 8]] },
];

test("without covers both ways of a split count alike, and covers can be counted over samples", () => {
  const layer = new TreeEnsemble({ trees: [stump], features: 2, targets: 1 });
  expect(layer.rule.notice?.(layer)).toMatch(/both ways of a split count alike/);
  expect([...layer.contributions(tensor([[9, 0]])).means.data]).toEqual([6]);
  // One sample went one way and five the other; one more each.
  const counted = layer.withCovers(tensor([[0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1]]));
  expect(counted.rule.notice?.(counted)).toBeUndefined();
  const { means, shares } = counted.contributions(tensor([[9, 0]]));
  expect([...means.data]).toEqual([7]);
  expect([...shares.data]).toEqual([0, -3]);
});

const split = { feature: 0, comparison: "leq", threshold: 0 } as const;

test.each<[string, DecisionTree, RegExp]>([
  ["in a circle", [{ ...split, yes: 0, no: 1 }, { weights: [] }], /one way to each, got several to 0/],
  ["to nowhere", [{ ...split, yes: 1, no: 2 }, { weights: [] }], /nodes below 2, got 2/],
  ["by features that are not there", [{ ...stump[0]!, feature: 3 }, ...stump.slice(1)], /features below 2, got 3/],
  ["to targets that are not there", [...stump.slice(0, 2), { weights: [[1, 1]] }], /targets below 1, got 1/],
])("a tree that leads %s is refused", (_, tree, message) => {
  expect(() => new TreeEnsemble({ trees: [tree], features: 2, targets: 1 })).toThrow(message);
});
