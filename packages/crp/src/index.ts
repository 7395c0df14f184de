export {
  attributionGraph,
  graphToDot,
  graphToSvg,
  type AttributionGraph,
  type ConceptEdge,
  type ConceptNode,
  type GraphOptions,
} from "./attribution-graph.ts";
export { channelRelevance, type ChannelMeasure } from "./channel-relevance.ts";
export type { Concept } from "./concept.ts";
export { conceptRelevance, type ConceptRelevanceOptions, type NodeConcepts } from "./concept-relevance.ts";
export type { Condition, Pairing } from "./conditions.ts";
export {
  CRP,
  type ConceptExplanation,
  type ConceptOptions,
  type ConceptRelevance,
  type ConditionalRelevance,
  type ConditionOptions,
} from "./crp.ts";
export { allFeatures, indexed, topN, type FeatureSelector, type TopNOptions } from "./features.ts";
export { receptiveField } from "./receptive-field.ts";
export { cropped, referenceCrop, type CropOptions, type ReferenceCrop } from "./reference-crops.ts";
export { ChannelStatistics, type ChannelObservation } from "./statistics/channel-statistics.ts";
export { collect, type CollectOptions, type LabelledSample } from "./statistics/collect.ts";
export {
  ConceptStatistics,
  type NodeObservation,
  type Quantity,
  type StatisticsSettings,
} from "./statistics/concept-statistics.ts";
export type { Reference } from "./statistics/references.ts";
export { SampleSet } from "./statistics/sample-set.ts";
export { statisticsFromBytes, StatisticsFormatError, statisticsToBytes } from "./statistics/statistics-bytes.ts";
