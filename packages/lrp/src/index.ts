export { openAccount, type Account } from "./account.ts";
export type { Analyzer } from "./analyzer.ts";
export { canonize, prepare, type CanonizeOptions } from "./canonize.ts";
export { checkModel, ModelCheck, ModelCheckError, type CheckRow } from "./check.ts";
export { compositeFromJson, compositeToJson, type CompositeJsonOptions, type Json } from "./composite-json.ts";
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
} from "./composite.ts";
export { ConservationReport, type ConservationRow } from "./conservation.ts";
export { addSharedProduct, addStacks, copyAt, onlyCopy, perCopy } from "./copies.ts";
export { defaultRule } from "./default-rule.ts";
export type { Explanation } from "./explanation.ts";
export {
  betaSmoothGradient,
  deconvNet,
  excitationBackprop,
  guidedBackprop,
  inputGradient,
} from "./gradient-methods/backward-methods.ts";
export { occlusion, type OcclusionOptions } from "./gradient-methods/occlusion.ts";
export {
  inputXGradient,
  integratedGradients,
  smoothGrad,
  type IntegratedExplanation,
  type IntegratedGradients,
  type IntegratedOptions,
  type PathRule,
  type SmoothOptions,
} from "./gradient-methods/repeated-methods.ts";
export { indices } from "./indices.ts";
export {
  LRP,
  type AnalyzeAllOptions,
  type AnalyzeOptions,
  type Analyzable,
  type Assigned,
  type LRPOptions,
} from "./lrp.ts";
export { Plan, type PlanRow } from "./plan/describe.ts";
export { PreparedModel, type Change } from "./prepared-model.ts";
export {
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  presets,
  type AlphaBetaPresetOptions,
  type FirstLayerOptions,
  type GammaBoxOptions,
  type PresetOptions,
} from "./presets.ts";
export { ruleFactories, type RuleFactory } from "./rule-factories.ts";
export { RuleTable } from "./rule-table.ts";
export {
  applied,
  RuleError,
  type BiasMode,
  type Propagation,
  type Quotient,
  type QuotientRule,
  type Rule,
  type Seen,
  type Term,
} from "./rule.ts";
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
} from "./rules.ts";
export { stabilizedQuotient, stabilizer, type Stabilizer, type StabilizerOption } from "./stabilizer.ts";
export { stripSoftmax } from "./strip-softmax.ts";
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
} from "./structural-rules.ts";
export { bound, negative, none, one, positive, square, type Substitute, type WholeSubstitute } from "./substitute.ts";
export { record, type Tape } from "./tape.ts";
export { startAt, type Start, type StartValue, type Target } from "./target.ts";
export { holds, restrict, type Where } from "./where.ts";
export { walk, type Flow, type WalkOptions } from "./walk.ts";
