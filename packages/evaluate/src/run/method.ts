/** Anything that explains, under one face. */
import type { Model } from "@relprop/layers";
import {
  outputOf, type AnalyzeOptions, type ConservationReport, type Explanation, type QuotientRule, type Rule,
  type StartValue, type Target,
} from "@relprop/lrp";
import { checkTensor, tensor, Tensor, type Value } from "@relprop/tensor";
import { inputsOf, type Sample } from "./sample.ts";
import { tokenRelevance } from "./token-relevance.ts";

/** A function of one's own that explains: from inputs and a target to relevance of the first input. */
export type RelevanceFunction = (input: Value, target: Target, others: readonly Value[]) => Tensor;

/** What has an `analyze`: LRP with any composite, gradient methods, occlusion, and what this package adds. */
export interface Explaining {
  analyze(input: Tensor, options?: AnalyzeOptions): Pick<Explanation, "relevance">;
}

/** Anything that explains. */
export type Method = Explaining | RelevanceFunction;

/**
 * The relevance that a method finds for a target of a sample. LRP starts with the output's value where its rule there
 * divides by that, so that what speaks for a class has the same sign whether its score is above or below 0; all others
 * start with 1.
 */
export function relevanceOf(method: Method, sample: Sample, target: Target, output?: string): Tensor {
  return explainedBy(method, sample, target, output).relevance;
}

/** What a method makes of a sample. */
export interface Explained {
  readonly relevance: Tensor;
  /** Where it went, where the method keeps books. */
  readonly conservation?: ConservationReport | undefined;
  /** Whether it is as large as the score is: not where LRP started with 1. */
  readonly scaled: boolean;
}

/** The same with what else there is to know. */
export function explainedBy(method: Method, sample: Sample, target: Target, output?: string): Explained {
  const [input, ...others] = inputsOf(sample) as [Value, ...Value[]];
  if (typeof method === "function") {
    const relevance = method(input, target, others);
    checkTensor("method: relevance", relevance);
    return { relevance, scaled: true };
  }
  // LRP takes whole numbers and several inputs too; who does not says so itself.
  const analyzed = (others.length === 0 ? input : [input, ...others]) as Tensor;
  const start = startOf(method, output);
  const explanation: Pick<Explanation, "relevance"> & Partial<Pick<Explanation, "conservation" | "sources">> =
    method.analyze(analyzed, { target, start, ...(output === undefined ? {} : { output }) });
  return {
    relevance: ofFirstInput(method, input, explanation),
    // Books cost another pass, which is for those who ask.
    get conservation() {
      return explanation.conservation;
    },
    scaled: start === "value" || !isQuotient(firstRule(method, output)),
  };
}

/** Of token ids the relevance of the rows that they look up: what else a model is given may be floats, as masks are. */
function ofFirstInput(
  method: Explaining, input: Value,
  { relevance, sources }: Pick<Explanation, "relevance"> & Partial<Pick<Explanation, "sources">>,
): Tensor {
  if (input instanceof Tensor || sources === undefined || !("model" in method)) return relevance;
  const { model } = method as { readonly model: Model };
  const [{ name }] = model.inputs as [{ readonly name: string }];
  const { relevance: ofTokens } = tokenRelevance("relevanceOf", model, name, { sources }, input.size);
  return new Tensor(input.shape, Float32Array.from(ofTokens));
}

/** What is read of LRP to see how it starts. */
interface Ruled {
  readonly model: Model;
  readonly rules: { readonly rows: readonly { readonly node: { readonly name: string }; readonly rule: Rule }[] };
}

/** The value that `relevanceOf` starts a method with. */
export function startOf(method: Explaining, output: string | undefined): StartValue {
  return dividesBySigned(firstRule(method, output)) ? "value" : "one";
}

/** The rule of LRP at what an output comes from; `undefined` where there is none. */
function firstRule(method: Explaining, output: string | undefined): Rule | undefined {
  if (!("rules" in method && "model" in method)) return undefined;
  const { model, rules: { rows } } = method as unknown as Ruled;
  const ruleOf = new Map(rows.map(({ node, rule }) => [node.name, rule]));
  let name: string | undefined = outputOf(model, output);
  while (name !== undefined && model.has(name)) {
    const { layer, inputs }: { layer: { rearranges?: boolean }; inputs: readonly string[] } = model.node(name);
    if (layer.rearranges !== true) return ruleOf.get(name);
    name = inputs[0];
  }
  return undefined;
}

/** Whether the first denominator of a rule can have either sign: that of ε and γ, not that of z⁺. */
function dividesBySigned(rule: Rule | undefined): boolean {
  if (!isQuotient(rule)) return false;
  const weight = rule.quotients[0]?.terms[0]?.weight;
  if (weight === undefined) return true;
  return (typeof weight === "function" ? weight(-1, 0) : weight.apply(tensor([-1])).data[0]!) < 0;
}

function isQuotient(rule: Rule | undefined): rule is QuotientRule {
  return rule !== undefined && "quotients" in rule;
}
