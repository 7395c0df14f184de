/** A network and its twin with channels last, whose layers are the same: every picture must be the same. */
import { describe, expect, test } from "vitest";
import { collect, conceptRelevance, CRP, receptiveField, referenceCrop, topN } from "@relprop/crp";
import { heatmap, imageToTensor, tensorToImage, type Image } from "@relprop/heatmap";
import { chain, Conv, Dense, Flatten, GlobalAvgPool, Model, relu, Transpose } from "@relprop/layers";
import { epsilonPlus, LRP, occlusion, smoothGrad, type Explanation } from "@relprop/lrp";
import { preprocess } from "@relprop/models";
import { conceptAtlas, explain } from "relprop";
import { fromChannelsFirst, Tensor, toChannelsFirst } from "@relprop/tensor";

const numbers = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(seed + 12.9898 * (i + 1)));
const convs = {
  conv: new Conv(new Tensor([4, 3, 3, 3], numbers(108, 1)), { padding: 1, stride: 2 }),
  relu,
  more: new Conv(new Tensor([5, 4, 3, 3], numbers(180, 2)), { bias: new Tensor([5], numbers(5, 3)) }),
};
const head = { pool: new GlobalAvgPool({ keepDims: false }), dense: new Dense(new Tensor([3, 5], numbers(15, 4))) };
const turns = { turn: new Transpose([0, 3, 1, 2]) };
const back = { back: new Transpose([0, 2, 3, 1]) };
const first = chain({ ...convs, ...head });
const last = chain({ ...turns, ...convs, ...back, again: new Transpose([0, 3, 1, 2]), ...head });
const maps = { first: chain(convs), last: chain({ ...turns, ...convs, ...back }) };

const [height, width] = [11, 16];
const image: Image = {
  width, height,
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)),
};
const x = imageToTensor(image);
const xLast = fromChannelsFirst(x, "channelsLast");
const close = (got: Tensor, wanted: Tensor): void => {
  expect(got.shape).toEqual(wanted.shape);
  got.data.forEach((value, i) => expect(value).toBeCloseTo(wanted.data[i]!, 6));
};
const asFirst = (tensor: Tensor): Tensor => toChannelsFirst(tensor, "channelsLast");

test("pictures become tensors of either layout, and back", () => {
  expect(imageToTensor(image, { layout: "channelsLast" })).toEqual(xLast);
  expect(tensorToImage(xLast, { layout: "channelsLast" })).toEqual(tensorToImage(x));
  expect(tensorToImage(xLast.reshape([height, width, 3]), { layout: "channelsLast" })).toEqual(tensorToImage(x));
  expect(() => tensorToImage(xLast)).toThrow("takes the option layout");
});

test("preprocessing goes by the layout, and asks for it", () => {
  const options = { resize: 9, crop: [8, 7], mean: [0.1, 0.2, 0.3], std: [0.5] } as const;
  expect(asFirst(preprocess(xLast, { ...options, layout: "channelsLast" }))).toEqual(preprocess(x, options));
  expect(() => preprocess(xLast, options)).toThrow(/^preprocess: takes the option layout/);
});

describe("what is made of an explanation", () => {
  const [a, b] = [new LRP(first, epsilonPlus()).analyze(x), new LRP(last, epsilonPlus()).analyze(xLast)];

  test("relevance comes in the layout of the input, and says which", () => {
    close(asFirst(b.relevance), a.relevance);
    expect([a.layout, b.layout]).toEqual(["channelsFirst", "channelsLast"]);
  });

  test("a heatmap of an explanation has the extents of the picture", () => {
    const { width: columns, height: rows, data } = heatmap(b).rgba();
    expect([columns, rows]).toEqual([width, height]);
    expect(data).toEqual(heatmap(a).rgba().data);
    expect(heatmap(b.relevance, { layout: "channelsLast" }).rgba().data).toEqual(data);
  });

  test("a heatmap of a tensor asks where its channels are", () => {
    expect(() => heatmap(b.relevance)).toThrow("heatmap: takes the option layout");
    const plane = b.relevance.reshape([height, width, 3]);
    expect(heatmap(plane, { layout: "channelsLast" }).rgba().data).toEqual(heatmap(a).rgba().data);
    const signal = b.relevance.reshape([1, height * width, 3]);
    expect(heatmap(signal, { signal: true, layout: "channelsLast" }).rgba().data)
      .toEqual(heatmap(a.relevance.reshape([1, 3, height * width]), { signal: true }).rgba().data);
  });
});

test("occlusion covers boxes of the picture", () => {
  const [a, b] = [occlusion(first, { window: [3, 4] }).analyze(x), occlusion(last, { window: [3, 4] }).analyze(xLast)];
  close(asFirst(b.relevance), a.relevance);
  const unknown = chain(new Flatten(), new Dense(new Tensor([2, x.size], numbers(2 * x.size, 5))));
  expect(() => occlusion(unknown).analyze(xLast)).toThrow("occlusion: takes the option layout");
  expect(occlusion(unknown, { layout: "channelsLast", window: 5 }).analyze(xLast).relevance.shape).toEqual(xLast.shape);
});

test("a receptive field is a box of the picture, by nodes of either layout", () => {
  const [a, b] = [x.shape, xLast.shape];
  for (const position of [[0, 0], [2, 3]]) {
    expect(receptiveField(last, b, "more", position)).toEqual(receptiveField(first, a, "more", position));
    expect(receptiveField(last, b, "back", position)).toEqual(receptiveField(first, a, "more", position));
  }
  expect(receptiveField(first, a, "more", [2, 3])).toEqual([[3, 10], [5, 12]]);
});

test("channels of nodes are found where they stand", () => {
  const [lrpA, lrpB] = [new LRP(first, epsilonPlus()), new LRP(last, epsilonPlus())];
  const a = new CRP(lrpA, "more", topN(2)).concepts(x);
  const b = new CRP(lrpB, "back", topN(2)).concepts(xLast);
  expect(b.concepts.map(({ ids }) => ids)).toEqual(a.concepts.map(({ ids }) => ids));
  b.concepts.forEach(({ relevance }, k) => close(asFirst(relevance), a.concepts[k]!.relevance));
  const shares = (lrp: LRP, input: Tensor, node: string): Tensor =>
    conceptRelevance(lrp, input, [node]).get(node)!.relevance;
  close(shares(lrpB, xLast, "back"), shares(lrpA, x, "more"));
  const neuron = { position: [1, 2], channels: [3] };
  const [conditionA] = new CRP(lrpA).conditional(x, [{ nodes: { more: neuron } }]);
  const [conditionB] = new CRP(lrpB).conditional(xLast, [{ nodes: { back: neuron } }]);
  close(asFirst(conditionB!.relevance), conditionA!.relevance);
});

test("statistics, reference crops and the atlas show the same", async () => {
  const pictures = [];
  for (const [model, input, node] of [[first, x, "more"], [last, xLast, "back"]] as const) {
    const lrp = new LRP(model, epsilonPlus());
    let statistics;
    for await (const next of collect(lrp, [{ id: 0, input }], { nodes: [node] })) statistics = next;
    const [reference] = statistics!.channels(node, "relevance")[2]!.references;
    const { crop, layout } = referenceCrop(lrp, input, node, 2, reference!);
    const atlas = await conceptAtlas(lrp, input, node, { top: 2, statistics: statistics!, sample: () => input });
    pictures.push({ reference, crop: toChannelsFirst(crop, layout), atlas });
  }
  expect(pictures[1]).toEqual(pictures[0]);
});

test("a number as target is a channel of an output of either layout", () => {
  const [a, b] = [new LRP(maps.first, epsilonPlus()), new LRP(maps.last, epsilonPlus())];
  const analyses = (lrp: LRP, input: Tensor): readonly Explanation[] =>
    lrp.analyzeAll(input, { targets: [2, [1], { for: 0, against: 4 }] });
  analyses(b, xLast).forEach(({ relevance }, i) => close(asFirst(relevance), analyses(a, x)[i]!.relevance));
  expect(analyses(b, xLast)[0]!.target).toEqual([2]);
  expect(() => b.analyze(xLast, { target: 5 })).toThrow("target: takes an output below 5, got [5]");
  close(asFirst(smoothGrad(maps.last, { samples: 1, noise: 0 }).analyze(xLast, { target: 3 }).relevance),
    smoothGrad(maps.first, { samples: 1, noise: 0 }).analyze(x, { target: 3 }).relevance);
});

test("explain makes the picture what the model takes", async () => {
  const shaped = (model: Model, shape: readonly (number | undefined)[]): Model =>
    new Model({ ...model, inputs: [{ name: "input", shape }], nodes: model.nodes, outputs: model.outputs });
  const a = await explain(shaped(first, [undefined, 3, height, width]), image);
  const b = await explain(shaped(last, [undefined, height, width, 3]), image);
  close(asFirst(b.relevance), a.relevance);
  expect(b.heatmap.rgba()).toEqual(a.heatmap.rgba());
  const flat = chain(new Flatten(), new Dense(new Tensor([2, x.size], numbers(2 * x.size, 5))));
  await expect(explain(shaped(flat, [undefined, undefined, undefined, undefined]), image)).rejects.toThrow(
    'explain: takes the option layout, "channelsFirst" or "channelsLast", for a model input of [N, ?, ?, ?], got none',
  );
  const open = shaped(flat, new Array<undefined>(4).fill(undefined));
  const stated = await explain(open, image, { layout: "channelsLast" });
  expect(stated.relevance.shape).toEqual(xLast.shape);
  expect((await explain(shaped(flat, [undefined, height, width, 3]), image)).relevance.shape).toEqual(xLast.shape);
});
