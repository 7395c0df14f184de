/** Receptive fields, crops and attribution graphs. */
import { Add, AvgPool, chain, Conv, Dense, Flatten, MaxPool, parallel, relu } from "@relprop/layers";
import { LRP, zPlus } from "@relprop/lrp";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  attributionGraph, CRP, graphToDot, graphToSvg, receptiveField, referenceCrop, type ConceptNode,
} from "@relprop/crp";
import { seeded } from "./random.ts";

type Pair = readonly [from: number, to: number];

const filled = seeded(5);

const model = chain({
  a: new Conv(filled(4, 1, 3, 3), { padding: 1, stride: 2 }),
  b: relu,
  c: parallel(
    [
      chain(new MaxPool(2, { stride: 1 }), new Conv(filled(5, 4, 3, 3), { dilation: 2, padding: 2 })),
      new Conv(filled(5, 4, 2, 2)),
    ],
    new Add(),
  ),
  d: new AvgPool(2),
  e: chain(new Flatten(), new Dense(filled(3, 5 * 9))),
});
const input = filled(1, 1, 16, 16);

test("a reference to a place that the node does not have is refused", () => {
  const reference = (position: number) => ({ sample: 0, value: 1, position });
  const lrp = new LRP(model, zPlus());
  expect(() => referenceCrop(lrp, input, "a", 0, reference(9e15))).toThrow(
    "takes a reference whose position is within [8, 8], got 9000000000000000: it is of another model or input",
  );
  expect(() => referenceCrop(lrp, input, "a", 0, reference(64))).toThrow("within [8, 8], got 64");
  expect(referenceCrop(lrp, input, "a", 0, reference(63)).crop.shape).toEqual([1, 1, 3, 3]);
});

describe("receptive fields", () => {
  test("of a padded strided convolution by hand: rows 2·3 − 1 to 2·3 + 1", () => {
    expect(receptiveField(model, input.shape, "a", [3, 0])).toEqual([[5, 8], [0, 2]]);
  });

  test.each(
    [["c.merge", [0, 0]], ["c.merge", [3, 5]], ["d", [1, 2]]] as const,
  )("of %s at %j hold every pixel that matters", (node, position) => {
    const [rows, columns] = receptiveField(model, input.shape, node, position);
    const at = (x: Tensor): number => {
      const lrp = new LRP(model, zPlus());
      const value = lrp.forward(x).value(node);
      return value.data[value.shape[3]! * position[0] + position[1]]!;
    };
    const before = at(input);
    for (let i = 0; i < 256; i++) {
      const changed = new Tensor(input.shape, input.data.map((v, j) => (i === j ? v + 100 : v)));
      const [y, x] = [Math.floor(i / 16), i % 16];
      const inside = y >= rows![0] && y < rows![1] && x >= columns![0] && x < columns![1];
      if (!inside) expect(at(changed)).toBe(before);
    }
  });
});

test("a reference crop holds all relevance that runs through the neuron", () => {
  const lrp = new LRP(model, zPlus());
  const { crop, relevance } = referenceCrop(lrp, input, "c.merge", 2, { value: 1, sample: 0, position: 9 });
  const [whole] = new CRP(lrp).conditional(input, [{ nodes: { "c.merge": { position: [1, 2], channels: [2] } } }]);
  expect(crop.shape).toEqual(relevance.shape);
  const sum = (x: Tensor): number => x.data.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum(relevance) - sum(whole!.relevance))).toBeLessThan(1e-6);
});

test("a reference crop is the receptive field, with relevance from the output or from the neuron itself", () => {
  const lrp = new LRP(model, zPlus());
  const reference = { value: 1, sample: 0, position: 2 * 8 + 5 };
  const [[top, bottom], [left, right]] = receptiveField(model, input.shape, "a", [2, 5]) as [Pair, Pair];
  const inside = (x: Tensor): readonly number[] =>
    [...x.data].filter((_, i) => i >= 16 * top && i < 16 * bottom && i % 16 >= left && i % 16 < right);
  const nodes = { a: { position: [2, 5], channels: [1] } };
  for (const from of ["output", "neuron"] as const) {
    const { crop, relevance } = referenceCrop(lrp, input, "a", 1, reference, { from });
    const [through] = new CRP(lrp).conditional(input, [{ nodes }], from === "neuron" ? { startAt: "a" } : {});
    expect([...crop.data]).toEqual(inside(input));
    expect([...relevance.data]).toEqual(inside(through!.relevance));
  }
});

describe("an attribution graph", () => {
  const lrp = new LRP(model, zPlus());
  const graph = attributionGraph(lrp, input, ["d", "c.merge", "a"], { top: 2 });

  test("follows the strongest concepts, conditional on those above", () => {
    const [first] = graph.concepts;
    const edge = graph.edges.find(
      ({ from, to }) => from.channel === first!.channel && from.node === "d" && to.node === "c.merge",
    )!;
    const [conditional] = new CRP(lrp).conditional(input, [{ nodes: { d: first!.channel } }], { layers: ["c.merge"] });
    const through = conditional!.layers.get("c.merge")!;
    const size = through.size / 5;
    const mine = through.data.subarray(edge.to.channel * size, (edge.to.channel + 1) * size).reduce((a, b) => a + b, 0);
    expect(relativeError([edge.relevance], [mine])).toBeLessThan(1e-5);
    expect(graph.edges).toHaveLength(4 + 8);
  });

  test("is conditional on all concepts of a way down, and adds up what several ways bring", () => {
    const feeding = (node: string, channel: number): readonly number[] =>
      graph.edges.filter(({ to }) => to.node === node && to.channel === channel).map(({ relevance }) => relevance);
    for (const concept of graph.concepts.filter(({ node }) => node !== "d")) {
      const total = feeding(concept.node, concept.channel).reduce((a, b) => a + b, 0);
      expect(relativeError([concept.relevance], [total])).toBeLessThan(1e-12);
    }
    expect(graph.concepts.some(({ node, channel }) => feeding(node, channel).length > 1)).toBe(true);
    for (const { from, to } of graph.edges) {
      expect(graph.concepts).toContain(from);
      expect(graph.concepts).toContain(to);
    }
    const ways = graph.edges.filter(({ from }) => from.node === "d").flatMap(({ from: { channel: d }, to }) =>
      [0, 1].map(() => ({ d, "c.merge": to.channel })));
    const low = graph.edges.filter(({ from }) => from.node === "c.merge");
    low.forEach(({ to, relevance }, i) => {
      const [through] = new CRP(lrp).conditional(input, [{ nodes: ways[i]! }], { layers: ["a"] });
      const plane = through!.layers.get("a")!.data.subarray(64 * to.channel, 64 * (to.channel + 1));
      expect(relativeError([relevance], [plane.reduce((a, b) => a + b, 0)])).toBeLessThan(1e-5);
    });
  });

  test("is written as DOT and as SVG", () => {
    expect(graphToDot(graph)).toMatch(/^digraph concepts \{\n[^]*"d:\d" -> "c\.merge:\d" \[penwidth=/);
    expect(graphToSvg(graph)).toMatch(/^<svg xmlns[^]*<line x1=[^]*<rect [^]*<\/svg>\n$/);
  });

  test("is a picture whatever its names and numbers are", () => {
    const of = (channel: number): ConceptNode => ({ node: "a\u001b[2J\u0000\ud800<b>&", channel, relevance: NaN });
    const strange = { concepts: [of(1), of(2)], edges: [{ from: of(1), to: of(2), relevance: NaN }] };
    const svg = graphToSvg(strange);
    expect(svg).toContain("a\ufffd[2J\ufffd\ufffd&lt;b&gt;&amp;");
    expect([svg, graphToDot(strange)].some((text) => /(width|penwidth)="?NaN/.test(text))).toBe(false);
  });
});
