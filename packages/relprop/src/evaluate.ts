/** All of `@relprop/evaluate`. Written by scripts/subpaths.js. */
export {
  Comparison, Flipping, MaskedModel, Scores, audit, averaged, blur, bootstrapInterval, boxesOf, classContrast, compare,
  comparisonFromJson, completeness, conceptVector, constant, deepLift, entropy, expectedGradients, faithfulnessEstimate,
  features, flipping, flips, gradCam, histogram, holm, imputer, infidelity, kMeans, kernelShap,
  layerGradientXActivation, linear, localization, localize, mean, measure, mergeMeasures, namedMethods,
  pairedDifference, parameterRandomization, patches, pearson, pixels, pooledRelevance, randomFor, randomRelevance,
  randomizable, randomized, relevanceOf, segments, sensitivityN, shuffled, sparseness, spearman, spray, stability,
  throughConcepts, tokens, unitRelevance, type Audit, type AuditData, type AuditOptions, type AuditedClass,
  type AveragedOptions, type Better, type CompareOptions, type ComparedMethod, type ComparisonJson, type Curve,
  type ExaminedCluster, type ExpectedOptions, type Explaining, type FlippedSample, type FlippingOptions,
  type FlippingOrder, type FlippingScore, type Imputation, type Imputer, type InfidelityOptions, type Interval,
  type IntervalOptions, type KMeans, type LayerExplanation, type LayerMethod, type Localization,
  type LocalizationOptions, type MaskingOptions, type Measures, type Method, type Metric, type Outcome,
  type PairedDifference, type Random, type RandomKey, type Randomization, type RandomizationOptions, type ReaderOptions,
  type RelevanceFunction, type Sample, type SampleScore, type ScoreKind, type SegmentOptions, type SensitivityOptions,
  type ShapOptions, type Spray, type SprayCluster, type SprayOptions, type StabilityOptions, type Subject,
  type TokenOptions, type UnitChoice, type Units,
} from "@relprop/evaluate";
