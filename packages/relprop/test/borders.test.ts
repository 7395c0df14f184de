/** What callers without types may pass where a model, samples or an explanation belong: sentences, not the engine's. */
import { describe, expect, test } from "vitest";
import * as crp from "@relprop/crp";
import * as evaluate from "@relprop/evaluate";
import * as heatmap from "@relprop/heatmap";
import { chain, Dense } from "@relprop/layers";
import * as lrp from "@relprop/lrp";
import * as models from "@relprop/models";
import { tensor } from "@relprop/tensor";
import * as relprop from "relprop";

const wrong: readonly unknown[] = [undefined, null, {}, "x", NaN];
const model = chain(new Dense(tensor([[1, 2]])));
const samples = [{ id: 0, input: tensor([[1, 1]]) }];

const analyzer = new lrp.LRP(model);

type Called = (value: never) => unknown;

/** Every function, and how it is called with something wrong. */
const functions: Readonly<Record<string, Called>> = {
  // A model first.
  ...Object.fromEntries(Object.entries({
    prepare: lrp.prepare, canonize: lrp.canonize, stripSoftmax: lrp.stripSoftmax,
    inputGradient: lrp.inputGradient, inputXGradient: lrp.inputXGradient, deconvNet: lrp.deconvNet,
    guidedBackprop: lrp.guidedBackprop, betaSmoothGradient: lrp.betaSmoothGradient,
    excitationBackprop: lrp.excitationBackprop, integratedGradients: lrp.integratedGradients,
    smoothGrad: lrp.smoothGrad, occlusion: lrp.occlusion,
    deepLift: evaluate.deepLift, kernelShap: evaluate.kernelShap, defaultComposite: relprop.defaultComposite,
  })),
  gradCam: (value: never) => evaluate.gradCam(value, "1"),
  layerGradientXActivation: (value: never) => evaluate.layerGradientXActivation(value, "1"),
  expectedGradients: (value: never) => evaluate.expectedGradients(value, { baselines: [tensor([[0, 0]])] }),
  randomized: (value: never) => evaluate.randomized(value, new Set(), 1),
  flipping: (value: never) => evaluate.flipping(value, samples, (x) => x as never),
  measure: (value: never) => evaluate.measure(value, samples, (x) => x as never, []),
  compare: (value: never) => evaluate.compare(value, samples, { a: (x) => x as never }),
  parameterRandomization: (value: never) => evaluate.parameterRandomization(value, samples, lrp.inputGradient),
  explainText: (value: never) => relprop.explainText(value, [1, 2]),
  // Weights by name.
  leNet5: models.leNet5 as Called, mobileNetV2: models.mobileNetV2 as Called, resNet18: models.resNet18 as Called,
  vgg16: models.vgg16 as Called,
  // Pictures.
  encodePng: heatmap.encodePng as Called, encodePpm: heatmap.encodePpm as Called, ansi: heatmap.ansi as Called,
  imageToTensor: heatmap.imageToTensor as Called, resize: ((value: never) => heatmap.resize(value, 2, 2)) as Called,
  // Bytes of files.
  loadOnnx: models.loadOnnx as Called, explain: ((value: never) => relprop.explain(value, [1, 2])) as Called,
  loadModel: models.loadModel as Called,
  // Analyzers, and what they are given.
  LRP: ((value: never) => new lrp.LRP(value)) as Called, CRP: ((value: never) => new crp.CRP(value)) as Called,
  analyze: ((value: never) => analyzer.analyze(value)) as Called,
  analyzeList: ((value: never) => analyzer.analyze([value])) as Called,
  predict: ((value: never) => model.predict(value)) as Called,
  // Charts and pages.
  ansiBars: heatmap.ansiBars as Called, featureBars: heatmap.featureBars as Called,
  features: heatmap.features as Called, htmlPage: heatmap.htmlPage as Called, lineChart: heatmap.lineChart as Called,
  relevanceForm: heatmap.relevanceForm as Called, scatter: heatmap.scatter as Called,
  shareBar: heatmap.shareBar as Called, sheet: heatmap.sheet as Called, signalPlot: heatmap.signalPlot as Called,
  tensorToImage: heatmap.tensorToImage as Called,
  wordMap: ((value: never) => heatmap.wordMap(value, [1])) as Called,
  heatmapPixels: heatmap.heatmapPixels as Called,
  // Explanations and data.
  expectRelevance: evaluate.expectRelevance as Called,
  checkRelevance: ((value: never) => evaluate.checkRelevance(value, { conserved: true }, { atLeast: 0 })) as Called,
  heatmap: heatmap.heatmap as Called, spray: evaluate.spray as Called,
  audit: ((value: never) => evaluate.audit(value, { size: 1, read: () => tensor([[1, 1]]) })) as Called,
  auditTexts: evaluate.auditTexts as Called,
};

/** Who says it, where what a function calls does. */
const BELOW: Readonly<Record<string, string>> = {
  analyze: "Model( input)?", analyzeList: "Model( input)?", predict: "Model( input)?",
};

/** What a call ends in. */
async function complaint(call: () => unknown): Promise<Error | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe.each(Object.entries(functions))("%s", (name, call) => {
  test.each(wrong)("says what it takes, given %j", async (value) => {
    const error = await complaint(() => call(value as never));
    expect(error, `${name} takes ${String(value)}`).toBeInstanceOf(Error);
    expect(error!.message).toMatch(new RegExp(`^(${name}|models|${BELOW[name] ?? name}): takes `));
    expect(error!.message).not.toMatch(/undefined \(|Cannot |is not a function|not iterable|destructure/);
  });
});

const second: readonly (readonly [name: string, call: (value: never) => unknown])[] = [
  ["flipping", (value) => evaluate.flipping(model, value, (x) => x as never)],
  ["flipping", (value) => evaluate.flipping(model, samples, value)],
  ["measure", (value) => evaluate.measure(model, value, (x) => x as never, [])],
  ["measure", (value) => evaluate.measure(model, samples, (x) => x as never, value)],
  ["compare", (value) => evaluate.compare(model, value, { a: (x) => x as never })],
  ["compare", (value) => evaluate.compare(model, samples, { a: value })],
  ["audit", (value) => evaluate.audit(new lrp.LRP(model), value)],
  ["expectedGradients", (value) => evaluate.expectedGradients(model, { baselines: value })],
];

test.each(second)("%s says what it takes behind the model", async (name, call) => {
  for (const value of wrong) {
    const { message } = (await complaint(() => call(value as never))) ?? { message: "nothing" };
    expect(message).toMatch(new RegExp(`^${name}: takes .*, got `));
  }
});

test("a promise that was not awaited is told so", () => {
  expect(() => lrp.prepare(Promise.resolve(model) as never)).toThrow(
    "prepare: takes a model, as loadModel(bytes) or chain(…) makes one, got a promise: await it first",
  );
});

test.each<readonly [string, () => unknown]>([
  ["loadOnnx", () => models.loadOnnx(new Uint8Array(9), null as never)],
  ["onnxReader", () => models.onnxReader("convolutional" as never)],
  ["boxMask", () => evaluate.boxMask(null as never, [0, 0, 1, 1])],
  ["attributionGraph", () => crp.attributionGraph(analyzer, tensor([[1, 1]]), "0" as never)],
  ["collect", () => crp.collect(analyzer, [], null as never).next()],
  ["heatmap", () => heatmap.heatmap(tensor([[1]]), "redBlue" as never)],
  ["topN", () => crp.topN(3, null as never)],
  ["explainText", () => relprop.explainText(model, [1], null as never)],
])("%s says what it takes where options or lists are none", async (name, call) => {
  expect((await complaint(call))?.message).toMatch(new RegExp(`^${name}: takes .*, got `));
});
