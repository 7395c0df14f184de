/** Anything that explains, under one face. */
import type { AnalyzeOptions, Explanation, Target } from "@relprop/lrp";
import type { Tensor, Value } from "@relprop/tensor";
import { inputsOf, type Sample } from "./sample.ts";

/** A function of one's own that explains: from inputs and a target to relevance of the first input. */
export type RelevanceFunction = (input: Value, target: Target, others: readonly Value[]) => Tensor;

/** What has an `analyze`: LRP with any composite, gradient methods, occlusion, and what this package adds. */
export interface Explaining {
  analyze(input: Tensor, options?: AnalyzeOptions): Pick<Explanation, "relevance">;
}

/** Anything that explains. */
export type Method = Explaining | RelevanceFunction;

/** The relevance that a method finds for a target of a sample. */
export function relevanceOf(method: Method, sample: Sample, target: Target, output?: string): Tensor {
  const [input, ...others] = inputsOf(sample) as [Value, ...Value[]];
  if (typeof method === "function") return method(input, target, others);
  // LRP takes whole numbers and several inputs too; who does not says so itself.
  const analyzed = (others.length === 0 ? input : [input, ...others]) as Tensor;
  return method.analyze(analyzed, { target, ...(output === undefined ? {} : { output }) }).relevance;
}
