/** All of `@relprop/evaluate`. Written by scripts/subpaths.js. */
export {
  Comparison, Flipping, MaskedModel, Scores, averaged, blur, bootstrapInterval, classContrast, compare,
  comparisonFromJson, completeness, constant, deepLift, entropy, expectedGradients, faithfulnessEstimate, features,
  flipping, flips, gradCam, histogram, holm, imputer, infidelity, kernelShap, layerGradientXActivation, linear,
  localization, localize, mean, measure, mergeMeasures, namedMethods, pairedDifference, parameterRandomization, patches,
  pearson, pixels, randomFor, randomRelevance, randomizable, randomized, relevanceOf, segments, sensitivityN, shuffled,
  sparseness, spearman, stability, throughConcepts, tokens, unitRelevance, type AveragedOptions, type Better,
  type CompareOptions, type ComparedMethod, type ComparisonJson, type Curve, type ExpectedOptions, type Explaining,
  type FlippedSample, type FlippingOptions, type FlippingOrder, type FlippingScore, type Imputation, type Imputer,
  type InfidelityOptions, type Interval, type IntervalOptions, type LayerExplanation, type LayerMethod,
  type Localization, type LocalizationOptions, type MaskingOptions, type Measures, type Method, type Metric,
  type Outcome, type PairedDifference, type Random, type RandomKey, type Randomization, type RandomizationOptions,
  type ReaderOptions, type RelevanceFunction, type Sample, type SampleScore, type ScoreKind, type SegmentOptions,
  type SensitivityOptions, type ShapOptions, type StabilityOptions, type Subject, type TokenOptions, type UnitChoice,
  type Units,
} from "@relprop/evaluate";
