/** What can be measured of an explanation of a sample, and how several measures share what they need. */
import type { Model } from "@relprop/layers";
import type { ConservationReport, Target } from "@relprop/lrp";
import { checkKind, optionsOf, type Tensor, type Value } from "@relprop/tensor";
import { Scores, type Better } from "../result/scores.ts";
import { MaskedModel, type MaskingOptions } from "../run/masked-model.ts";
import { explainedBy, relevanceOf, type Method } from "../run/method.ts";
import { inputsOf, type Sample } from "../run/sample.ts";
import { unitRelevance } from "../units/units.ts";
import { checkMeasured } from "../run/given-samples.ts";

/** One explanation and all that metrics ask about it. */
export interface Subject {
  /** The sample, whose units can be hidden. */
  readonly masked: MaskedModel;
  readonly relevance: Tensor;
  /** Signed relevance per unit. */
  readonly ofUnits: Float64Array;
  /** What relevance is multiplied by to be a part of the score: 1, or the score where LRP started with 1 instead. */
  readonly scale: number;
  readonly seed: number;
  /** Where relevance went, where the method keeps books. */
  conservation(): ConservationReport | undefined;
  /** The relevance by the same method of another input, or of another target. */
  explain(input: Value, target?: Target): Tensor;
}

/** A metric: the names of its scores, and how they come from an explanation. */
export interface Metric {
  readonly scores: readonly { readonly name: string; readonly better: Better }[];
  /** What it was given, in words. */
  readonly settings: string;
  /** One number per name; `undefined` where it is not defined. */
  of(subject: Subject): readonly (number | undefined)[];
}

/** Scores by name. */
export type Measures = ReadonlyMap<string, Scores>;

/** Explains every sample once and takes all the metrics of it. */
export function measure(
  model: Model, samples: Iterable<Sample>, method: Method, metrics: readonly Metric[], options: MaskingOptions = {},
): Measures {
  optionsOf("measure", options);
  checkMeasured("measure", model, samples, [method]);
  const isList: boolean = Array.isArray(metrics);
  checkKind("measure", "metrics in a list", metrics, isList);
  const rows = new Map<string, { id: number; score: number | undefined }[]>();
  let common = "";
  for (const sample of samples) {
    const subject = subjectOf(model, sample, method, options);
    common = maskingSettings(subject.masked, options);
    for (const { scores, of } of metrics) {
      const values = of(subject);
      scores.forEach(({ name }, i) => {
        rows.set(name, [...(rows.get(name) ?? []), { id: sample.id, score: values[i] }]);
      });
    }
  }
  return new Map(metrics.flatMap(({ scores, settings }) => scores.map(({ name, better }) =>
    [name, new Scores(name, better, joined(settings, common), rows.get(name) ?? [])] as const)));
}

/** Measures of both; throws a `RangeError` unless they have the same names, were made alike and share no sample. */
export function mergeMeasures(mine: Measures, theirs: Measures): Measures {
  const [names, others] = [mine, theirs].map((measures) => [...measures.keys()].sort().join(", "));
  if (names !== others) throw new RangeError(`mergeMeasures: takes measures of ${names}, got ${others}`);
  return new Map([...mine].map(([name, scores]) => [name, scores.merge(theirs.get(name)!)]));
}

/** An explanation of a sample, ready to be measured. */
export function subjectOf(model: Model, sample: Sample, method: Method, options: MaskingOptions): Subject {
  const masked = new MaskedModel("measure", model, sample, options);
  const [, ...others] = inputsOf(sample);
  const explain = (input: Value, target = masked.target): Tensor =>
    relevanceOf(method, { ...sample, input: [input, ...others] }, target, options.output);
  const explained = explainedBy(method, sample, masked.target, options.output);
  const { relevance, scaled } = explained;
  return {
    masked,
    relevance,
    ofUnits: unitRelevance(masked.units, relevance),
    scale: scaled ? 1 : masked.whole.logit,
    seed: options.seed ?? 1,
    conservation: () => explained.conservation,
    explain,
  };
}

/** How a sample is hidden and read, in words. */
export function maskingSettings({ units: { name }, imputer }: MaskedModel, options: MaskingOptions): string {
  const { score = "usual score", seed = 1 } = options;
  return `${name} by ${imputer}, ${score}, seed ${seed}`;
}

function joined(settings: string, common: string): string {
  return [settings, common].filter((part) => part !== "").join(", ");
}
