/** Heads, neurons and tokens as concepts of transformers drawn at random, and what patching does to their scores. */
import { attributionGraph, CRP, indexed, type Concept } from "@relprop/crp";
import { attnLRP, LRP, modifiedGradients, patchingEffects, prepare } from "@relprop/lrp";
import { relativeError, sum, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { Draw } from "./draw.ts";
import { drawKind, drawWeights, TOKENS, transformerModel, twinRelevance } from "./random-transformer.ts";

const draw = new Draw(11);
const kind = drawKind(draw, { heads: 3, size: 4, layers: 2, norm: "rms", before: true, unit: "gated", mask: "causal" });
const weights = drawWeights(draw, kind);
const width = kind.heads * kind.size;
const model = prepare(transformerModel(kind, weights));
const lrp = new LRP(model, attnLRP());
const x = draw.tensor([2, TOKENS, width]);
const [context, stream] = ["c0", "asum0"].map((value) => model.nodeOf(value)!) as [string, string];

function through(node: string, concept: Concept): Tensor {
  return new CRP(lrp).conditional(x, [{ nodes: { [node]: concept } }], { target: 1 })[0]!.relevance;
}

describe("concepts at places along axes", () => {
  test("heads add up to all that runs through them", () => {
    const whole = through(context, { at: [] });
    const parts = [0, 1, 2].map((head) => through(context, { at: [head] }).data);
    expect(relativeError(Float32Array.from(whole.data, (_, i) => parts.reduce((all, each) => all + each[i]!, 0)),
      whole.data)).toBeLessThan(1e-5);
    expect(parts.every((part) => part.some((value) => value !== 0))).toBe(true);
  });

  test("a head is the concept of its number, since heads stand where channels do", () => {
    expect(through(context, { at: [1] }).data).toEqual(through(context, 1).data);
  });

  test("a neuron at all tokens is the sum of it at each, and at the last only what runs there", () => {
    const everywhere = through(stream, { at: [undefined, 5] }).data;
    const each = Array.from({ length: TOKENS }, (_, token) => through(stream, { at: [token, 5] }).data);
    const added = Float32Array.from(everywhere, (_, i) => each.reduce((all, part) => all + part[i]!, 0));
    expect(relativeError(added, everywhere)).toBeLessThan(1e-5);
    expect(through(stream, { at: [-1, 5] }).data).toEqual(each.at(-1));
  });

  test("the axis says what concepts are counted along", () => {
    const crp = new CRP(lrp, stream, indexed(5));
    const [neuron] = crp.concepts(x, { target: 1, axis: -1 }).concepts;
    expect(neuron!.relevance.data).toEqual(through(stream, { at: [undefined, 5] }).data);
    const arrives = lrp.analyze(x, { target: 1, layers: [stream] }).layers.get(stream)!;
    const own = Array.from({ length: TOKENS }, (_, t) => arrives.data[t * width + 5]!).reduce((a, b) => a + b);
    expect(neuron!.atNode[0]).toBeCloseTo(own, 5);
    expect(() => crp.concepts(x, { axis: 3 })).toThrow("concepts: takes an axis behind the batch of [2, 5, 12], got 3");
  });

  test("a graph leads from neurons of one layer to heads below", () => {
    const one = new Tensor([1, TOKENS, width], x.data.slice(0, TOKENS * width));
    const { concepts, edges } = attributionGraph(lrp, one, [stream, context], {
      target: 1, top: 2, axes: { [stream]: -1 },
    });
    expect(concepts.filter(({ node }) => node === context).every(({ channel }) => channel < kind.heads)).toBe(true);
    const [edge] = edges;
    const results = new CRP(lrp).conditional(one, [{ nodes: { [stream]: { at: [undefined, edge!.from.channel] } } }], {
      target: 1, layers: [context],
    });
    const size = TOKENS * kind.size;
    const from = edge!.to.channel * size;
    const part = results[0]!.layers.get(context)!.data.slice(from, from + size);
    expect(edge!.relevance).toBeCloseTo(sum(new Tensor([size], part)), 5);
  });

  test("places that are none are refused", () => {
    expect(() => through(context, { at: [3] })).toThrow("takes a place below 3 along axis 0 of a sample, got 3");
    expect(() => through(stream, { at: [0, 0, 0] })).toThrow("takes places along 2 axes of a sample, got 3");
  });
});

describe("patching", () => {
  const size = TOKENS * width;
  const sample = (n: number): Tensor => new Tensor([1, TOKENS, width], x.data.slice(n * size, (n + 1) * size));

  test("gradients are those of the modified network, and effects their products with differences", () => {
    const twin = twinRelevance(kind, weights, { x: sample(0), counts: [], target: 1, method: "attn" });
    const { gradient, data: clean } = twin.streams[0]!;
    const got = modifiedGradients(lrp, sample(0), { nodes: [stream], target: 1 }).get(stream)!;
    expect(relativeError(got.data, Float32Array.from(gradient))).toBeLessThan(1e-4);
    const other = twinRelevance(kind, weights, { x: sample(1), counts: [], target: 1, method: "attn" }).streams[0]!;
    const effects = patchingEffects(lrp, sample(0), sample(1), { nodes: [stream], target: 1 }).get(stream)!;
    const want = clean.map((value, i) => (other.data[i]! - value) * gradient[i]!);
    expect(relativeError(effects.data, Float32Array.from(want))).toBeLessThan(1e-4);
  });

  test("nodes that are none and inputs of other shapes are refused", () => {
    expect(() => modifiedGradients(lrp, sample(0), { nodes: ["none"] })).toThrow("none");
    expect(() => patchingEffects(lrp, sample(0), x, { nodes: [stream], target: 1 })).toThrow(
      "patchingEffects: takes inputs of one shape",
    );
  });
});
