export type { Account } from "./report/account.ts";
export type { Analyzer } from "./gradient-methods/analyzer.ts";
export { checkGivenModel } from "./prepare/given-model.ts";
export { canonize, prepare, type CanonizeOptions } from "./prepare/canonize.ts";
export { checkModel, ModelCheck, ModelCheckError, type CheckRow } from "./prepare/check.ts";
export { compositeFromJson, compositeToJson, type CompositeJsonOptions, type Json } from "./compose/composite-json.ts";
export {
  assign,
  at,
  byKind,
  composite,
  everywhere,
  first,
  firstN,
  last,
  named,
  range,
  where,
  type AssignedRule,
  type Assignment,
  type Composite,
  type RuleChoice,
  type Selection,
} from "./compose/composite.ts";
export { ConservationReport, type ConservationRow } from "./report/conservation.ts";
export { copyAt, onlyCopy, perCopy } from "./run/copies.ts";
export { defaultRule } from "./compose/default-rule.ts";
export type { Explanation } from "./report/explanation.ts";
export {
  betaSmoothGradient,
  deconvNet,
  excitationBackprop,
  guidedBackprop,
  inputGradient,
} from "./gradient-methods/backward-methods.ts";
export { occlusion, type OcclusionOptions } from "./gradient-methods/occlusion.ts";
export { modifiedGradients, patchingEffects, type PatchingOptions } from "./gradient-methods/patching.ts";
export {
  inputXGradient,
  integratedGradients,
  smoothGrad,
  type IntegratedExplanation,
  type IntegratedGradients,
  type IntegratedOptions,
  type Quadrature,
  type SmoothOptions,
} from "./gradient-methods/repeated-methods.ts";
export { indices } from "./compose/indices.ts";
export { notices } from "./report/notices.ts";
export {
  LRP,
  type AnalyzeAllOptions,
  type AnalyzeOptions,
  type Assigned,
  type LRPOptions,
} from "./lrp.ts";
export { Plan, planOf, type PlanRow } from "./report/plan-of.ts";
export { PreparedModel, type Change } from "./prepare/prepared-model.ts";
export {
  attnLRP, attnLRPVision, cpLRP, mambaLRP, type AttentionPresetOptions, type VisionPresetOptions,
} from "./compose/attention-presets.ts";
export {
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  presets,
  recurrentLRP,
  type AlphaBetaPresetOptions,
  type FirstLayerOptions,
  type GammaBoxOptions,
  type PresetOptions,
  type RecurrentPresetOptions,
} from "./compose/presets.ts";
export { recurrent, type RecurrentRuleOptions } from "./rules/recurrent.ts";
export { ruleFactories, type RuleFactory } from "./rules/rule-factories.ts";
export { RuleTable } from "./compose/rule-table.ts";
export {
  RuleError,
  type BiasMode,
  type Propagation,
  type Quotient,
  type QuotientRule,
  type Rule,
  type Seen,
  type Term,
} from "./rules/rule.ts";
export {
  alphaBeta,
  epsilon,
  flat,
  gamma,
  generalizedGamma,
  norm,
  quotientRule,
  wSquare,
  zBox,
  zero,
  zPlus,
  type BoxBound,
  type QuotientRuleOptions,
  type RuleOptions,
  type WSquareOptions,
} from "./rules/rules.ts";
export { stabilizedQuotient, stabilizer, type Stabilizer, type StabilizerOption } from "./rules/stabilizer.ts";
export { stripSoftmax } from "./prepare/strip-softmax.ts";
export {
  betaSmooth,
  deconvolution,
  gradient,
  guided,
  layerNorm,
  pass,
  product,
  type LayerNormOptions,
  type ProductOptions,
} from "./rules/structural-rules.ts";
export {
  bound,
  negative,
  none,
  one,
  positive,
  square,
  type Substitute,
  type WholeSubstitute,
} from "./rules/substitute.ts";
export { taylor } from "./rules/taylor.ts";
export { samplesAtOnce } from "./run/at-once.ts";
export { inputsOf, type Inputs } from "./run/inputs.ts";
export { explainedInput, overflows, record, tapeOf, type Analyzable, type Tape, type TapeStep } from "./run/tape.ts";
export { outputOf, startAt, type Start, type StartValue, type Target } from "./run/target.ts";
export type { Where } from "./rules/where.ts";
export { inParts } from "./run/parts.ts";
export type { LargePasses } from "./run/passes.ts";
export { walk, type Flow, type WalkOptions } from "./run/walk.ts";
