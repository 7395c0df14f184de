/** Small networks are done again from a trace: it gives the bits that a network of which nothing is known gives. */
import fc from "fast-check";
import {
  Add, chain, Conv, Dense, Flatten, LayerNorm, MaxPool, Model, relu, Softmax, type Layer, type Node,
} from "@relprop/layers";
import {
  alphaBeta, attnLRP, epsilon, epsilonGammaBox, epsilonPlus, generalizedGamma, LRP, zero, type Assigned,
} from "@relprop/lrp";
import { Tensor, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Draw } from "./draw.ts";
import { graphs, type RandomGraph } from "./random-graph.ts";

let before: ReturnType<typeof useKernels> | undefined;
beforeAll(() => {
  before = useKernels(simd()!);
});
afterAll(() => void useKernels(before!));

const composites: readonly (readonly [string, Assigned])[] = [
  ["LRP-0", zero()], ["epsilon", epsilon(1e-3)], ["epsilonPlus", epsilonPlus()], ["alphaBeta", alphaBeta(2, 1)],
  ["gamma", generalizedGamma(0.25)], ["AttnLRP", attnLRP()], ["no rules", []],
];

/** What a network says and explains for each of these inputs; a new one for each, or always the same. */
function said(graph: RandomGraph, composite: Assigned, inputs: readonly Tensor[], fresh: boolean): unknown {
  const { inputs: named, nodes, outputs } = graph.model;
  const make = (): readonly [Model, LRP] => {
    const model = new Model({ inputs: named, nodes, outputs });
    return [model, new LRP(model, composite, { skipChecks: true })];
  };
  const kept = make();
  return inputs.map((input, i) => {
    const [model, lrp] = fresh ? make() : kept;
    const targets = i % 4 === 3 ? [0, "max"] as const : ["max"] as const;
    const layers = i % 2 === 0 ? [] : [nodes[0]!.name];
    try {
      const explained = lrp.analyzeAll(input, { targets, layers });
      const maps = explained.flatMap(({ relevance, layers: asked }) => [relevance, ...asked.values()]);
      return [model.predict(input), ...maps, explained[0]!.output].map(bits);
    } catch (error) {
      return String(error);
    }
  });
}

describe.each(composites)("by %s", (_, composite) => {
  test("random networks give the bits they give at first", () => {
    fc.assert(fc.property(graphs(), (graph) => {
      const draw = new Draw(graph.seed + 1);
      const inputs = Array.from({ length: 9 }, (_, i) => draw.tensor(graph.input.shape, i % 3 === 2 ? 0 : -1, 1));
      expect(said(graph, composite, inputs, false)).toEqual(said(graph, composite, inputs, true));
    }), { numRuns: 30 });
  });
});

const draw = new Draw(1);
const weights = { first: draw.tensor([4, 1, 3, 3]), last: draw.tensor([3, 16]) };

function network(first: Layer = new Conv(weights.first, { padding: 1, activation: relu })): Model {
  return chain(first, new MaxPool(2), new Flatten(), new Dense(weights.last));
}

/** So many different inputs. */
function inputs(count: number, lowest = -1): readonly Tensor[] {
  return Array.from({ length: count }, () => draw.tensor([1, 1, 4, 4], lowest, 1));
}

test("the third prediction and explanation ask no layer", () => {
  const conv = new Conv(weights.first, { padding: 1, activation: relu });
  const model = network(conv);
  const lrp = new LRP(model, epsilonPlus());
  const asked = vi.spyOn(conv, "preactivation");
  const clipped = vi.spyOn(conv, "clipped");
  const counts = inputs(5, 0).map((input) => {
    lrp.analyze(input);
    model.predict(input);
    return asked.mock.calls.length + clipped.mock.calls.length;
  });
  expect(counts[1]).toBeGreaterThan(counts[0]!);
  expect(counts.slice(2)).toEqual([counts[2], counts[2], counts[2]]);
});

test("nodes that are asked for are told apart, whatever their names", () => {
  const node = (name: string, from: string): Node =>
    ({ name, layer: new Dense(new Tensor([2, 2], Float32Array.of(1, 2, 3, name.length))), inputs: [from], index: [0] });
  const nodes = [node("a", "x"), node("b", "a"), node("a b", "b"), node("end", "a b")];
  const lrp = new LRP(new Model({ inputs: [{ name: "x" }], nodes, outputs: ["end"] }), epsilon(0.1));
  const input = new Tensor([1, 2], Float32Array.of(1, -0.5));
  const relevances = (layers: readonly string[]): readonly number[][] =>
    [...lrp.analyze(input, { target: 0, layers }).layers.values()].map(({ data }) => [...data]);
  const [apart, joined] = [relevances(["a", "b"]), relevances(["a b"])];
  for (let i = 0; i < 3; i++) expect(relevances(["a b"])).toEqual(joined);
  for (let i = 0; i < 3; i++) expect(relevances(["a", "b"])).toEqual(apart);
});

test("a layer of one's own is asked every time, also one that extends a layer of the library", () => {
  let calls = 0;
  class Louder extends Conv {
    override preactivation(x: Tensor): Tensor {
      calls++;
      const z = super.preactivation(x);
      for (let i = 0; i < z.size; i++) z.data[i]! *= calls;
      return z;
    }
  }
  const model = network(new Louder(weights.first, { padding: 1 }));
  const lrp = new LRP(model, epsilon());
  const [input] = inputs(1) as [Tensor];
  const found = [1, 2, 3, 4].map(() => lrp.analyze(input).output.data[0]!);
  expect(found[3]! / found[0]!).toBeCloseTo(calls, 4);
});

test("a rule of one's own is asked every time, also one that wraps a rule of the library", () => {
  let calls = 0;
  const rule = epsilon();
  const own = {
    ...rule,
    propagation: (layer: Layer) => {
      const inner = rule.propagation(layer);
      return (...seen: Parameters<typeof inner>) => {
        calls++;
        return inner(...seen).map((R) => new Tensor(R.shape, R.data.map((value) => value * calls)));
      };
    },
  };
  const lrp = new LRP(network(), own, { unplanned: true });
  const [input] = inputs(1) as [Tensor];
  const counts = [1, 2, 3, 4, 5].map(() => {
    lrp.analyze(input);
    return calls;
  });
  expect(counts.every((count, i) => count > (counts[i - 1] ?? 0))).toBe(true);
});

test("a rule that goes by the signs of an input asks them anew", () => {
  const lrp = new LRP(network(), epsilonPlus());
  const fresh = (input: Tensor): Uint32Array => bits(new LRP(network(), epsilonPlus()).analyze(input).relevance);
  for (const input of [...inputs(4, 0), ...inputs(2, -1), ...inputs(2, 0)]) {
    expect(bits(lrp.analyze(input).relevance)).toEqual(fresh(input));
  }
});

test("an input that overflows is refused as it is at first", () => {
  const lrp = new LRP(network(), epsilonPlus());
  for (const input of inputs(4, 0)) lrp.analyze(input);
  const huge = new Tensor([1, 1, 4, 4], new Float32Array(16).fill(3e38));
  expect(() => lrp.analyze(huge)).toThrow("a sum of finite products is beyond 3.4e38");
});

test("a box that an input leaves is said of that input", () => {
  const lrp = new LRP(network(), epsilonGammaBox({ low: 0, high: 1 }), { skipChecks: true });
  const found = [...inputs(4, 0), ...inputs(1, -1)].map((input) => lrp.analyze(input).warnings.length > 0);
  expect(found.slice(0, 4)).not.toContain(true);
  expect(found[4]).toBe(true);
});

test("rows that are masked throughout are refused as they are at first", () => {
  const model = new Model({
    inputs: [{ name: "x" }, { name: "mask" }],
    nodes: [
      { name: "scores", layer: new Dense(draw.tensor([4, 4])), inputs: ["x"], index: [0] },
      { name: "masked", layer: new Add(), inputs: ["scores", "mask"], index: [1] },
      { name: "soft", layer: new Softmax(), inputs: ["masked"], index: [2] },
      { name: "out", layer: new Dense(draw.tensor([2, 4])), inputs: ["soft"], index: [3] },
    ],
    outputs: ["out"],
  });
  const lrp = new LRP(model, attnLRP());
  const mask = (open: number): Tensor =>
    new Tensor([2, 4], Float32Array.from({ length: 8 }, (_, i) => (i % 4 < open ? 0 : -Infinity)));
  const run = (open: number): Uint32Array => bits(lrp.analyze([draw.tensor([2, 4]), mask(open)]).relevance);
  for (const open of [4, 4, 4, 4]) run(open);
  const [x, again] = [draw.tensor([2, 4]), new LRP(model, attnLRP())];
  expect(bits(lrp.analyze([x, mask(2)]).relevance)).toEqual(bits(again.analyze([x, mask(2)]).relevance));
  expect(() => run(0)).toThrow("masked throughout");
});

test("what was explained stays what it was", () => {
  const lrp = new LRP(chain(new Dense(weights.last), new LayerNorm(3), new Dense(draw.tensor([2, 3]))), attnLRP());
  const given = Array.from({ length: 5 }, () => draw.tensor([1, 16]));
  const kept = given.map((input) => lrp.analyze(input));
  const copies = kept.map(({ relevance }) => bits(relevance));
  given.forEach((input) => lrp.analyze(input));
  expect(kept.map(({ relevance }) => bits(relevance))).toEqual(copies);
  kept.forEach(({ conservation, output, target }) => {
    expect(conservation.started).toBe(1);
    expect(output.data[target![0]!]).toBe(Math.max(...output.data));
  });
});

function bits({ data }: Tensor): Uint32Array {
  // Any NaN is as good as another.
  return new Uint32Array(data.slice().map((value) => (Number.isNaN(value) ? NaN : value)).buffer);
}
