export { branch, type Branches, type BranchingOptions, type Split, type Splitter } from "./branching.ts";
export { channelRelevance, type ChannelMeasure } from "./channel-relevance.ts";
export { restrictTo, type Concept } from "./concept.ts";
export type { Condition, Pairing } from "./conditions.ts";
export {
  CRP,
  type ConceptExplanation,
  type ConceptInput,
  type ConceptOptions,
  type ConceptRelevance,
  type ConditionalRelevance,
  type ConditionOptions,
} from "./crp.ts";
export { allFeatures, indexed, topN, type FeatureSelector, type TopNOptions } from "./features.ts";
