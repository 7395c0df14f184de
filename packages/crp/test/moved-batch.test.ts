/** Concepts in a network inside which the batch is not the first axis. */
import { attributionGraph, collect, conceptRelevance, CRP, indexed } from "@relprop/crp";
import { epsilon, gradient, LRP, product } from "@relprop/lrp";
import { relativeError, type Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { filled, reshuffled } from "../../lrp/test/reshuffled.ts";

const rule = epsilon(1e-3);
const lrp = new LRP(reshuffled, reshuffled.nodes.map(({ layer }) =>
  layer.role === "product" ? product() : rule.refusal(layer) === undefined ? rule : gradient()));
const input = filled(2, 5, 4);

function added(tensors: readonly Tensor[]): Float32Array {
  return tensors[0]!.data.map((_, i) => tensors.reduce((sum, { data }) => sum + data[i]!, 0));
}

test("concepts add up to the heatmap, and each sample gets what it gets alone", () => {
  const { concepts } = new CRP(lrp, "product").concepts(input, { target: 1, layers: ["dense"] });
  const whole = lrp.analyze(input, { target: 1, layers: ["dense"] });
  expect(relativeError(added(concepts.map(({ relevance }) => relevance)), whole.relevance.data)).toBeLessThan(1e-5);
  const dense = concepts.map(({ layers }) => layers.get("dense")!);
  expect(dense[0]!.shape).toEqual([5, 2, 3]);
  expect(relativeError(added(dense), whole.layers.get("dense")!.data)).toBeLessThan(1e-5);
  const alone = new CRP(lrp, "product").concepts(input.rows(1, 2), { target: 1 });
  concepts.forEach(({ relevance }, k) => {
    expect(relevance.rows(1, 2).data).toEqual(alone.concepts[k]!.relevance.data);
  });
});

test("conditions share copies, and pairs keep to their samples", () => {
  const conditions = [{ nodes: { product: 1 }, target: 0 }, { nodes: { product: [0, 2] }, target: 3 }];
  const together = new CRP(lrp).conditional(input, conditions);
  const pairs = new CRP(lrp).conditional(input, conditions, { pairing: "zip" });
  conditions.forEach((condition, i) => {
    const [alone] = new CRP(lrp).conditional(input, [condition]);
    expect(together[i]!.relevance).toEqual(alone!.relevance);
    expect(pairs[i]!.relevance.data).toEqual(alone!.relevance.rows(i, i + 1).data);
  });
});

test("a concept on one of two branches that come from a moved batch leaves the other out, or in", () => {
  const all = { nodes: { swapped: [0, 1, 2] }, target: 1 };
  const through = new CRP(lrp).conditional(input, [all])[0]!.relevance;
  const past = new CRP(lrp).conditional(input, [{ nodes: { back: [0, 1, 2, 3, 4] }, target: 1 }])[0]!.relevance;
  const kept = new CRP(lrp).conditional(input, [all], { excludeParallel: false })[0]!.relevance;
  const whole = lrp.analyze(input, { target: 1 }).relevance;
  expect(relativeError(added([through, past]), whole.data)).toBeLessThan(1e-5);
  expect(relativeError(kept.data, whole.data)).toBeLessThan(1e-5);
});

test("nodes whose first axis is not the batch hold no concepts", () => {
  expect(() => new CRP(lrp, "dense", indexed(0)).concepts(input)).toThrow(new RangeError(
    'concepts: take nodes whose first axis is the batch, here 2, got "dense" of [5, 2, 3]',
  ));
  expect(() => conceptRelevance(lrp, input, ["dense"])).toThrow('got "dense" of [5, 2, 3]');
});

test("statistics and graphs of concepts are made of nodes that hold them", async () => {
  const graph = attributionGraph(lrp, input.rows(0, 1), ["product", "swapped"], { top: 2 });
  expect(graph.concepts.length).toBeGreaterThan(2);
  const samples = [{ id: 0, input: input.rows(0, 1) }, { id: 1, input: input.rows(1, 2) }];
  for await (const statistics of collect(lrp, samples, { nodes: ["product"] })) {
    expect(statistics.channels("product", "relevance").length).toBe(3);
  }
  const measured = conceptRelevance(lrp, input, ["product"]).get("product")!.relevance;
  expect(measured.shape).toEqual([2, 3]);
});
