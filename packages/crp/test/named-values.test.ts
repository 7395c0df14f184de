/** Concepts in a network with several inputs and outputs, by name. */
import {
  attributionGraph, collect, conceptRelevance, CRP, indexed, receptiveField, referenceCrop, type ConceptStatistics,
} from "@relprop/crp";
import { Add, Concat, Conv, Dense, Flatten, Model, type Layer } from "@relprop/layers";
import { LRP, zPlus } from "@relprop/lrp";
import { relativeError, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { seeded } from "./random.ts";

const filled = seeded(3);

const steps: readonly (readonly [name: string, layer: Layer, inputs: readonly string[]])[] = [
  ["near", new Conv(filled(4, 1, 3, 3), { padding: 1 }), ["left"]],
  ["far", new Conv(filled(4, 2, 1, 1)), ["right"]],
  ["both", new Add(), ["near", "far"]],
  ["flat", new Flatten(), ["both"]],
  ["first", new Dense(filled(2, 64)), ["flat"]],
  ["joined", new Concat(), ["first", "first"]],
  ["second", new Dense(filled(5, 4)), ["joined"]],
];
const model = new Model({
  inputs: [{ name: "left" }, { name: "right" }],
  nodes: steps.map(([name, layer, inputs], i) => ({ name, layer, inputs, index: [i] })),
  outputs: ["first", "second"],
});
const lrp = new LRP(model, zPlus());
const inputs = [filled(2, 1, 4, 4), filled(2, 2, 4, 4)];

function added(tensors: readonly Tensor[]): Float32Array {
  return tensors[0]!.data.map((_, i) => tensors.reduce((sum, { data }) => sum + data[i]!, 0));
}

describe.each(["first", "second"])("from output %s", (output) => {
  const whole = lrp.analyze(inputs, { output, layers: ["both"] });

  test("concepts add up to the heatmap of every input", () => {
    const explained = new CRP(lrp, "both").concepts(inputs, { output });
    expect(explained.output).toEqual(whole.output);
    for (const name of ["left", "right"]) {
      const parts = added(explained.concepts.map((concept) => concept.inputs.get(name)!));
      expect(relativeError(parts, whole.inputs.get(name)!.data)).toBeLessThan(1e-6);
    }
    expect(explained.concepts[1]!.relevance).toBe(explained.concepts[1]!.inputs.get("left"));
  });

  test("conditions, their pairs, and measures start there", () => {
    const conditions = [{ nodes: { both: 0 } }, { nodes: { both: [1, 2] } }];
    const results = new CRP(lrp).conditional(inputs, conditions, { output });
    const pairs = new CRP(lrp).conditional(inputs, conditions, { output, pairing: "zip" });
    const { concepts } = new CRP(lrp, "both", indexed(0)).concepts(inputs, { output });
    expect(results[0]!.inputs).toEqual(concepts[0]!.inputs);
    for (const name of ["left", "right"]) {
      expect(pairs[1]!.inputs.get(name)!.data).toEqual(results[1]!.inputs.get(name)!.rows(1, 2).data);
    }
    const measured = conceptRelevance(lrp, inputs, ["both"], { output }).get("both")!.relevance;
    expect([...measured.data]).toEqual([0, 1].flatMap((n) =>
      [0, 1, 2, 3].map((c) => Math.fround(whole.layers.get("both")!.rows(n, n + 1).data.subarray(16 * c, 16 * c + 16)
        .reduce((a, b) => a + b, 0)))));
  });

  test("graphs and statistics do", async () => {
    const one = inputs.map((input) => input.rows(0, 1));
    const graph = attributionGraph(lrp, one, ["both", "far"], { output, top: 2 });
    expect(graph.edges.length).toBe(4);
    const all = conceptRelevance(lrp, one, ["both"], { output }).get("both")!.relevance.data;
    expect(graph.concepts[0]!.relevance).toBe(Math.max(...all));
    const samples = [0, 1].map((n) => ({ id: n, input: inputs.map((input) => input.rows(n, n + 1)) }));
    let statistics: ConceptStatistics | undefined;
    for await (statistics of collect(lrp, samples, { nodes: ["both"], output, start: "one" })) void statistics;
    const [channel] = statistics!.channels("both", "relevance");
    expect(channel!.references.map(({ value }) => value)).toContain(all[0]);
  });
});

test("crops show the input that is asked for", () => {
  const reference = { value: 1, sample: 0, position: 5 };
  const one = inputs.map((input) => input.rows(0, 1));
  const shapes = one.map(({ shape }) => shape);
  expect(receptiveField(model, shapes, "both", [1, 1])).toEqual([[0, 3], [0, 3]]);
  expect(receptiveField(model, shapes, "both", [1, 1], "right")).toEqual([[1, 2], [1, 2]]);
  expect(() => receptiveField(model, shapes, "both", [1, 1], "up")).toThrow(
    'receptiveField: takes the name of an input, left, right, got "up"',
  );
  const { crop, relevance } = referenceCrop(lrp, one, "both", 1, reference, { input: "right", output: "second" });
  expect([crop.shape, relevance.shape]).toEqual([[1, 2, 1, 1], [1, 2, 1, 1]]);
  expect([...crop.data]).toEqual([one[1]!.data[5], one[1]!.data[21]]);
});

test("outputs that do not exist, and passes of other models, are refused", () => {
  const message = 'output: takes one of first, second, got "third"';
  expect(() => new CRP(lrp, "both").concepts(inputs, { output: "third" })).toThrow(message);
  expect(() => new CRP(lrp).conditional(inputs, [{ nodes: { both: 1 } }], { output: "third" })).toThrow(message);
  expect(() => conceptRelevance(lrp, inputs, ["both"], { output: "both" })).toThrow('got "both"');
  const other = new LRP(new Model(model), zPlus());
  expect(() => new CRP(lrp, "both").concepts(other.forward(...inputs))).toThrow("of its own model");
  expect(() => new CRP(lrp).concepts(inputs)).toThrow(
    "concepts: takes an analyzer of a node, new CRP(lrp, node), got one without",
  );
});
