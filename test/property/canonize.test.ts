/** Rewriting a model for relevance propagation leaves what it computes. */
import { Model } from "@relprop/layers";
import { canonize, LRP, type CanonizeOptions } from "@relprop/lrp";
import { relativeError } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { graphs, type RandomGraph } from "./random-graph.ts";

// Many normalisations, between layers they can be fused into and layers they cannot.
const kinds = [
  "BatchNorm", "BatchNorm", "BatchNorm", "Dense", "Dense", "Conv", "ConvTranspose", "Scale", "LayerNorm", "GroupNorm",
  "Activation", "Flatten", "Transpose", "Add", "Concat",
];
const options = fc.constantFrom<CanonizeOptions>({}, { fuse: "before" }, { fuse: false }, { split: false });

/** The model with the shape of its input, or its number of axes at least, so that nothing has to be assumed. */
function stated({ model, input }: RandomGraph, free: boolean): Model {
  const shape = input.shape.map((extent, axis) => (axis === 0 || free ? undefined : extent));
  return new Model({ inputs: [{ name: "input", shape }], nodes: model.nodes, outputs: model.outputs });
}

test("canonise leaves outputs unchanged, and has nothing left to do", () => {
  let changes = 0;
  fc.assert(fc.property(graphs({ kinds, steps: 8 }), fc.boolean(), options, (graph, free, chosen) => {
    const model = stated(graph, free);
    const rewritten = canonize(model, chosen);
    const [wanted, got] = [model, rewritten].map((each) => each.predict(graph.input));
    expect(got!.shape).toEqual(wanted!.shape);
    expect(relativeError(got!.data, wanted!.data)).toBeLessThan(5e-6); // measured: 1e-6
    changes += rewritten.changes.length;
    const again = canonize(rewritten, chosen);
    expect(again.changes).toEqual(rewritten.changes);
    expect(again.nodes).toEqual(rewritten.nodes);
    expect(new LRP(rewritten).analyze(graph.input).relevance.shape).toEqual(graph.input.shape);
  }), { numRuns: 150 });
  expect(changes).toBeGreaterThan(20);
});
