export { audit, type Audit, type AuditedClass, type AuditOptions } from "./audit/audit.ts";
export { auditTexts, type AuditTextsOptions, type TextAudit } from "./audit/audit-texts.ts";
export type { AuditedTexts } from "./audit/audited-texts.ts";
export type { AuditData } from "./audit/audit-data.ts";
export { averaged, throughConcepts, type AveragedOptions } from "./methods/averaged.ts";
export { classContrast } from "./metrics/class-contrast.ts";
export { compare, type CompareOptions } from "./compare/compare.ts";
export {
  Comparison, comparisonFromJson, type ComparedMethod, type ComparisonJson, type FlippingScore,
} from "./compare/comparison.ts";
export { completeness } from "./metrics/completeness.ts";
export { entropy, sparseness } from "./metrics/complexity.ts";
export { pearson, spearman } from "./result/correlation.ts";
export { deepLift } from "./methods/deep-lift.ts";
export type { ExaminedCluster } from "./audit/examine.ts";
export {
  boxMask, expectRelevance, RelevanceExpectationError, type Bounded, type ExpectedRelevance,
} from "./expect/expect-relevance.ts";
export { expectedGradients, type ExpectedOptions } from "./methods/expected-gradients.ts";
export { faithfulnessEstimate } from "./metrics/faithfulness-estimate.ts";
export { features, tokens, type TokenOptions } from "./units/features.ts";
export { blur, constant, histogram, mean } from "./impute/fills.ts";
export { flipping, type FlippingOptions } from "./metrics/flipping.ts";
export { Flipping, type FlippedSample, type FlippingOrder } from "./metrics/flipping-result.ts";
export { flips } from "./metrics/flips.ts";
export { imputer, type Imputation, type Imputer } from "./impute/imputer.ts";
export { infidelity, type InfidelityOptions } from "./metrics/infidelity.ts";
export { bootstrapInterval, type Interval, type IntervalOptions } from "./result/interval.ts";
export { kernelShap, type ShapOptions } from "./methods/kernel-shap.ts";
export { gradCam, layerGradientXActivation, type LayerExplanation, type LayerMethod } from "./methods/layer-methods.ts";
export { linear } from "./impute/linear.ts";
export { localization, localize, type Localization, type LocalizationOptions } from "./metrics/localization.ts";
export { MaskedModel, type MaskingOptions } from "./run/masked-model.ts";
export type { Explaining, Method, RelevanceFunction } from "./run/method.ts";
export { measure, mergeMeasures, type Measures, type Metric, type Subject } from "./metrics/metric.ts";
export { namedMethods, randomRelevance, type Hiding } from "./methods/named-methods.ts";
export type { Outcome, ReaderOptions, ScoreKind } from "./run/outcome.ts";
export { pairedDifference, type PairedDifference } from "./compare/paired.ts";
export { parameterRandomization, type RandomizationOptions } from "./metrics/parameter-randomization.ts";
export { patches, pixels } from "./units/patches.ts";
export { conceptVector, pooledRelevance } from "./clusters/pooled-relevance.ts";
export { randomFor, type Random, type RandomKey } from "./draw/random.ts";
export { randomized, type Randomization } from "./run/randomized-model.ts";
export {
  checkRelevance, relevanceOfPositions,
  type CheckedExplanation,
  type RelevanceBounds,
  type RelevanceMask,
  type RelevanceQuantity,
  type RelevanceVerdict,
} from "./expect/relevance-check.ts";
export type { Sample } from "./run/sample.ts";
export { Scores, type Better, type SampleScore } from "./result/scores.ts";
export { segments, type SegmentOptions } from "./units/segments.ts";
export { sensitivityN, type SensitivityOptions } from "./metrics/sensitivity-n.ts";
export { spray, type Spray, type SprayCluster, type SprayOptions } from "./clusters/spray.ts";
export { stability, type StabilityOptions } from "./metrics/stability.ts";
export type { Curve } from "./metrics/sweep.ts";
export { tokenRelevance, type TokenRelevance } from "./run/token-relevance.ts";
export type { UnitChoice, Units } from "./units/units.ts";
