import { chain, Conv, Dense, parallel, relu } from "@relprop/layers";
import { LRP } from "@relprop/lrp";
import { ones, relativeError, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { allFeatures, CRP, indexed, receptiveField, topN } from "@relprop/crp";

/** Two dense layers by hand: `x = [1, 2]` gives `h = [7, 9]` and `y = [51, 32]`. */
const first = new Dense(tensor([[1, 3], [4, 2]]), { bias: tensor([0, 1]) });
const second = new Dense(tensor([[2, 4], [3, 1]]), { bias: tensor([1, 2]) });
const x = tensor([[1, 2]]);

describe("concepts of two dense layers", () => {
  const lrp = new LRP(chain(first, second));

  test("the most relevant hidden unit carries 36 of 51 to the input, 16 of them to each pixel", () => {
    // R_h = [7·2, 9·4] / 51; through unit 1: [1·4, 2·2] · (36/51)/9 = [16, 16] / 51.
    const explanation = new CRP(lrp, 0, topN(1)).concepts(x);
    expect(explanation.concepts[0]!.ids).toEqual([1]);
    expect(explanation.concepts[0]!.atNode[0]).toBeCloseTo(36 / 51, 6);
    expect(relativeError(explanation.relevance.data, [16 / 51, 16 / 51])).toBeLessThan(1e-7);
  });

  test("concepts of a node add up to the whole", () => {
    const whole = lrp.analyze(x).relevance;
    const { concepts } = new CRP(lrp, "0", allFeatures()).concepts(x);
    const total = concepts.reduce((sum, { relevance }) => sum.map((v, i) => v + relevance.data[i]!), [0, 0]);
    expect(relativeError(total, whole.data)).toBeLessThan(1e-6);
  });

  test("indexed keeps the order it was given", () => {
    expect(new CRP(lrp, "0", indexed(1, 0)).concepts(x).concepts.map(({ ids }) => ids[0])).toEqual([1, 0]);
  });

  test("topN takes at most the channels there are", () => {
    expect(() => new CRP(lrp, "0", topN(3)).concepts(x)).toThrow(
      "topN: takes at most the 2 channels of the node, got 3",
    );
  });

  test("a node that does not exist is named with those that do", () => {
    expect(() => new CRP(lrp, "7")).toThrow('takes the name of a node, got "7"; there are 0, 1');
  });
});

describe("conditions", () => {
  const model = chain(first, relu, second, relu, new Dense(tensor([[1, -2], [3, 4]])));
  const lrp = new LRP(model);

  test("on two nodes keep what passes both, and a list of channels means any of them", () => {
    const crp = new CRP(lrp);
    const [both, either, none] = crp.conditional(x, [
      { nodes: { "2": 0, "0": 1 }, target: 1 },
      { nodes: { "2": [0, 1], "0": 1 }, target: 1 },
      { target: 1 },
    ]);
    const [other] = crp.conditional(x, [{ nodes: { "2": 1, "0": 1 }, target: 1 }]);
    const sum = both!.relevance.data.map((v, i) => v + other!.relevance.data[i]!);
    expect(relativeError(sum, either!.relevance.data)).toBeLessThan(1e-6);
    expect(relativeError(none!.relevance.data, lrp.analyze(x, { target: 1 }).relevance.data)).toBe(0);
  });

  test("pairing takes the i-th condition for the i-th sample", () => {
    const batch = tensor([[1, 2], [2, 0.5]]);
    const conditions = [{ nodes: { "2": 0 }, target: 0 }, { nodes: { "0": 1 }, target: 1 }];
    const pairs = new CRP(lrp).conditional(batch, conditions, { pairing: "zip" });
    const product = new CRP(lrp).conditional(batch, conditions);
    pairs.forEach(({ relevance }, i) => {
      expect([...relevance.data]).toEqual([...product[i]!.relevance.rows(i, i + 1).data]);
    });
    const refused = (): unknown => new CRP(lrp).conditional(x, conditions, { pairing: "zip" });
    expect(refused).toThrow("conditional: takes one condition per sample to pair them, 1 in all, got 2");
  });

  test("starting at a hidden node, a target is an element of that node", () => {
    const conditions = [{ target: 1 }, { target: { for: 1, against: 0 } }, {}] as const;
    const from = (start: "one" | "value"): readonly (readonly number[])[] =>
      new CRP(lrp).conditional(x, conditions, { startAt: "0", start }).map(({ relevance }) => [...relevance.data]);
    // h = [1·1 + 3·2, 4·1 + 2·2 + 1] = [7, 9].
    const [one, contrast, whole] = from("one");
    expect(relativeError(one!, [4 / 9, 4 / 9])).toBeLessThan(1e-6);
    expect(relativeError(contrast!, [4 / 9 - 1 / 7, 4 / 9 - 6 / 7])).toBeLessThan(1e-6);
    expect(relativeError(whole!, [5, 10])).toBeLessThan(1e-6);
    const [value, difference] = from("value");
    expect(relativeError(value!, [4, 4])).toBeLessThan(1e-6);
    expect(relativeError(difference!, [3, -2])).toBeLessThan(1e-6);
  });
});

test("channels of one relevance stand in their own order", () => {
  expect(topN(3).select(tensor([[1, 2, 2, 0, 2], [0, 0, 0, 1, 0]]))).toEqual([[1, 2, 4], [3, 0, 1]]);
});

test("relevance kept above two splits is that of each condition's own target", () => {
  const model = chain(first, relu, second, relu, new Dense(tensor([[1, -2], [3, 4]])));
  const results = new CRP(new LRP(model)).conditional(x, [
    { nodes: { "2": 0, "0": 0 }, target: 0 },
    { nodes: { "2": 1, "0": 0 }, target: 0 },
    { nodes: { "2": 0, "0": 0 }, target: 1 },
    { nodes: { "2": 0, "0": 1 }, target: 1 },
  ], { layers: ["4"] });
  expect(results.map(({ layers }) => [...layers.get("4")!.data])).toEqual([[1, 0], [1, 0], [0, 1], [0, 1]]);
});

test("a receptive field holds those of all branches", () => {
  const [narrow, wide] = [1, 3].map((size) => new Conv(ones([1, 1, size]), { padding: (size - 1) / 2 }));
  for (const branches of [[narrow!, wide!], [wide!, narrow!]]) {
    expect(receptiveField(parallel(branches), [1, 1, 9], "merge", [4])).toEqual([[3, 6]]);
  }
});
