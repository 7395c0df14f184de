/** All of `@relprop/crp`. Written by scripts/subpaths.js. */
export {
  ALL, CRP, ChannelStatistics, ConceptStatistics, SampleSet, StatisticsFormatError, allFeatures, attributionGraph,
  branch, channelRelevance, collect, compareReferences, conceptRelevance, cropped, graphToDot, graphToSvg, indexed,
  mergeReferences, observeSample, receptiveField, referenceCrop, restrictTo, statisticsFromBytes, statisticsToBytes,
  tableKey, topN, unitsOf, valueOf, withReference, type AttributionGraph, type Branches, type BranchingOptions,
  type ChannelMeasure, type ChannelObservation, type CollectOptions, type Concept, type ConceptEdge,
  type ConceptExplanation, type ConceptNode, type ConceptOptions, type ConceptRelevance, type ConceptRelevanceOptions,
  type Condition, type ConditionOptions, type ConditionalRelevance, type CropOptions, type FeatureSelector,
  type GraphOptions, type NodeConcepts, type NodeObservation, type Pairing, type Quantity, type Reference,
  type ReferenceCrop, type Sample, type SampleObservation, type Split, type Splitter, type StatisticsSettings,
  type TopNOptions,
} from "@relprop/crp";
