/** Calls of `@relprop/lrp` that work, for each of which every argument is then given wrong. */
import { chain, Conv, Dense, Flatten, LayerNorm, Model, relu } from "@relprop/layers";
import * as lrp from "@relprop/lrp";
import { full, tensor, zeros } from "@relprop/tensor";
import type { Calls } from "./calls.ts";

export const weight = full([2, 1, 3, 3], 0.1);
export const picture = full([1, 1, 4, 4], 0.5);

/** A convolution, a rectifier and a dense layer. */
export function network(): Model {
  return chain(new Conv(weight), relu, new Flatten(), new Dense(full([3, 8], 0.1)));
}

export function lrpCalls(): Calls {
  const model = network();
  const analyzer = new lrp.LRP(model);
  const tape = analyzer.forward(picture);
  const rules = { stabilizer: 1e-6, bias: "absorbed" };
  const preset = { epsilon: 1e-6, bias: "absorbed", sums: false };
  const how = { target: 1, start: "one", output: "3", layers: ["0"], deadline: Number.POSITIVE_INFINITY };
  const stack = zeros([1, 1, 3]);
  const one = tensor([[1]]);
  const { ConservationReport, LRP, ModelCheck, ModelCheckError, PreparedModel, RuleError, RuleTable } = lrp;
  return {
    LRP: [
      LRP, model, lrp.epsilonPlus(), { skipChecks: false, unplanned: false, arena: undefined, large: lrp.inParts() },
    ],
    "LRP.analyze": [(x: never, options: never) => analyzer.analyze(x, options), picture, how],
    "LRP.analyzeAll": [
      (x: never, options: never) => analyzer.analyzeAll(x, options), picture, { targets: [0, 1], layers: ["0"] },
    ],
    planOf: [lrp.planOf, analyzer, [1, 1, 4, 4]],
    "LRP.forward": [(x: never) => analyzer.forward(x), picture],
    "LRP.scratch": [(body: never) => analyzer.scratch(body), () => 1],
    ConservationReport: [ConservationReport, [], one, one], ModelCheck: [ModelCheck, []],
    ModelCheckError: [ModelCheckError, new ModelCheck([])], PreparedModel: [PreparedModel, model, []],
    RuleError: [RuleError, "message"], RuleTable: [RuleTable, []],
    alphaBeta: [lrp.alphaBeta, 2, 1, rules], at: [lrp.at, 0, lrp.zPlus()], atList: [lrp.at, [0], lrp.zPlus()],
    attnLRP: [lrp.attnLRP, { epsilon: 1e-6 }],
    attnLRPVision: [lrp.attnLRPVision, { convGamma: 0.25, denseGamma: 0.1, attention: "half" }],
    betaSmooth: [lrp.betaSmooth, 1], betaSmoothGradient: [lrp.betaSmoothGradient, model, { beta: 1 }],
    bound: [lrp.bound, 1], byKind: [lrp.byKind, { Conv: lrp.zPlus() }],
    canonize: [lrp.canonize, model, { fuse: true, split: true }], checkModel: [lrp.checkModel, model],
    composite: [lrp.composite, lrp.everywhere(lrp.zPlus())],
    compositeFromJson: [lrp.compositeFromJson, [], {}, { patterns: true }],
    compositeToJson: [lrp.compositeToJson, lrp.epsilonPlus()], copyAt: [lrp.copyAt, stack, 0],
    cpLRP: [lrp.cpLRP, { epsilon: 1e-6 }],
    deconvNet: [lrp.deconvNet, model], deconvolution: [lrp.deconvolution],
    epsilon: [lrp.epsilon, 1e-6, { bias: "absorbed" }],
    epsilonAlpha2Beta1: [lrp.epsilonAlpha2Beta1, { ...preset, alpha: 2, beta: 1 }],
    epsilonAlpha2Beta1Flat: [lrp.epsilonAlpha2Beta1Flat, { ...preset, alpha: 2, beta: 1, firstLayer: ["Conv"] }],
    epsilonGammaBox: [
      lrp.epsilonGammaBox, { ...preset, gamma: 0.25, low: 0, high: 1, positiveInputs: true, firstLayer: ["Conv"] },
    ],
    epsilonPlus: [lrp.epsilonPlus, preset], epsilonPlusFlat: [lrp.epsilonPlusFlat, { ...preset, firstLayer: ["Conv"] }],
    everywhere: [lrp.everywhere, lrp.zPlus()], excitationBackprop: [lrp.excitationBackprop, model],
    explainedInput: [lrp.explainedInput, tape], first: [lrp.first, lrp.zPlus()], firstN: [lrp.firstN, 1, lrp.zPlus()],
    flat: [lrp.flat, rules], gamma: [lrp.gamma, 0.25, rules], generalizedGamma: [lrp.generalizedGamma, 0.25, rules],
    gradient: [lrp.gradient], guided: [lrp.guided], guidedBackprop: [lrp.guidedBackprop, model],
    inParts: [lrp.inParts, 1024],
    indices: [lrp.indices, model], inputGradient: [lrp.inputGradient, model],
    inputXGradient: [lrp.inputXGradient, model],
    integratedGradients: [lrp.integratedGradients, model, { steps: 2, baseline: 0, quadrature: "midpoint" }],
    integratedGradientsRun: [
      (options: never) => lrp.integratedGradients(model, options).analyze(picture),
      { steps: 2, baseline: 0, quadrature: "midpoint" },
    ],
    last: [lrp.last, lrp.zPlus()], layerNorm: [lrp.layerNorm, rules], mambaLRP: [lrp.mambaLRP, { epsilon: 1e-6 }],
    modifiedGradients: [lrp.modifiedGradients, analyzer, picture, { nodes: ["0"], target: 1, output: "3" }],
    named: [lrp.named, "0", lrp.zPlus()], norm: [lrp.norm, rules],
    occlusion: [
      (options: never) => lrp.occlusion(model, options).analyze(picture),
      { window: 2, stride: 2, input: "input", value: 0, layout: "channelsFirst", batch: 2 },
    ],
    outputOf: [lrp.outputOf, model, "3"], overflows: [lrp.overflows, tape], pass: [lrp.pass],
    patchingEffects: [lrp.patchingEffects, analyzer, picture, picture, { nodes: ["0"], target: 1, output: "3" }],
    prepare: [lrp.prepare, model, { fuse: true, split: true }],
    product: [lrp.product, { share: "equal", attention: "half", gates: "half", stabilizer: 1e-6 }],
    quotientRule: [lrp.quotientRule, "mine", [{ terms: [{ weight: (w: number) => w }], scale: 1 }], rules],
    range: [lrp.range, 0, 1, lrp.zPlus()],
    recurrent: [lrp.recurrent, { gates: "half", epsilon: 1e-6 }],
    recurrentLRP: [lrp.recurrentLRP, { epsilon: 1e-6, gates: "half" }],
    smoothGrad: [
      (options: never) => lrp.smoothGrad(model, options).analyze(picture), { samples: 2, noise: 0.1, seed: 1 },
    ],
    stabilizedQuotient: [lrp.stabilizedQuotient, one, one, { epsilon: 1e-6 }], stabilizer: [lrp.stabilizer, "me", 1e-6],
    startAt: [lrp.startAt, one, 0, "one", "channelsFirst"], stripSoftmax: [lrp.stripSoftmax, model],
    tapeOf: [lrp.tapeOf, model, picture], taylor: [lrp.taylor], wSquare: [lrp.wSquare, { ...rules, squaredBias: true }],
    where: [lrp.where, () => true, lrp.zPlus()], zBox: [lrp.zBox, 0, 1, rules], zPlus: [lrp.zPlus, rules],
    zero: [lrp.zero, rules],
    whereUsed: [(predicate: never) => new LRP(model, lrp.composite(lrp.where(predicate, lrp.zPlus()))), () => true],
    layerNormed: [(layer: never) => new LRP(chain(layer)), new LayerNorm(3)],
  };
}
