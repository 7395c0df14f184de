/** All of `@relprop/crp`. Written by scripts/subpaths.js. */
export {
  CRP, ChannelStatistics, ConceptStatistics, SampleSet, StatisticsFormatError, allFeatures, attributionGraph,
  channelRelevance, collect, conceptRelevance, cropped, graphToDot, graphToSvg, indexed, receptiveField, referenceCrop,
  statisticsFromBytes, statisticsToBytes, topN, type AttributionGraph, type ChannelMeasure, type ChannelObservation,
  type CollectOptions, type Concept, type ConceptEdge, type ConceptExplanation, type ConceptNode, type ConceptOptions,
  type ConceptRelevance, type ConceptRelevanceOptions, type Condition, type ConditionOptions, type ConditionalRelevance,
  type CropOptions, type FeatureSelector, type GraphOptions, type LabelledSample, type NodeConcepts,
  type NodeObservation, type Pairing, type Quantity, type Reference, type ReferenceCrop, type StatisticsSettings,
  type TopNOptions,
} from "@relprop/crp";
