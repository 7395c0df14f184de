/** An explanation as lines of text: scores, what speaks for and against, and what to beware of. */
import {
  alongLastAxis, ansiBars, ansiSignal, features, heatmap, relevanceForm, samplesOf, type AnsiOptions, type Relevant,
} from "@relprop/heatmap";
import type { Explanation } from "@relprop/lrp";
import { ShapeError, Tensor, type Layout, type Value } from "@relprop/tensor";
import { formatScores, scored, type ScoreOptions } from "./scored.ts";

/** What text says of an explanation. */
export interface TextAbout extends ScoreOptions {
  readonly input: Value;
  readonly features?: readonly string[] | undefined;
  readonly outputLayout?: Layout | undefined;
}

/** What is put into text. */
export interface Described extends Relevant, Pick<Explanation, "output" | "target" | "warnings"> {
  readonly about: TextAbout;
}

/** So many samples of a batch are shown. */
const MOST_SAMPLES = 10;

/** Scores, picture, bars or columns, the sum of relevance, and warnings; one part for each sample of a batch. */
export function explainedText(explained: Described, options: AnsiOptions): string {
  const count = samplesOf(explained.relevance);
  const shown = Math.min(count, MOST_SAMPLES);
  const parts = Array.from({ length: shown }, (_, sample) => [
    ...(count > 1 ? [`sample ${sample}`] : []), sampleText(explained, sample, options),
  ].join("\n"));
  if (shown < count) parts.push(`… and ${count - shown} more samples`);
  const total = explained.relevance.data.reduce((sum, each) => sum + each, 0);
  parts.push(`relevance on the input: ${number(total)}${count > 1 ? ` of ${count} samples` : ""}`);
  return [...parts, ...explained.warnings.map((warning) => `warning: ${warning}`)].join("\n");
}

/** Scores and relevance of one sample. */
export function sampleText(explained: Described, sample: number, options: AnsiOptions): string {
  const { about } = explained;
  const scores = formatScores(scored(explained, { ...about, layout: about.outputLayout, sample }));
  return [scores, ...relevanceText(explained, about, sample, options)].join("\n");
}

/** Relevance of one sample as a picture, as bars or as columns; a sentence where nobody can know which axes it has. */
export function relevanceText(
  explained: Relevant, about: Pick<TextAbout, "features" | "input">, sample: number, options: AnsiOptions,
): readonly string[] {
  const form = relevanceForm(explained, about.features);
  if (form === undefined) return [];
  if (form === "row") {
    const input = about.input instanceof Tensor && about.input.size === explained.relevance.size
      ? { input: about.input } : {};
    const names = about.features === undefined ? {} : { names: about.features };
    return [ansiBars(features(explained, { ...input, ...names, sample }), options)];
  }
  if (form === "signal") return [ansiSignal(alongLastAxis(explained, sample), options)];
  try {
    return [heatmap(explained, { sample }).ansi({ ...options, width: Math.min(options.width ?? 80, 64) })];
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return [`(no picture: ${error.message})`];
  }
}

/** Four decimals, and no sign in front of nothing. */
export function number(value: number): string {
  return value.toFixed(4).replace(/^-(0\.0*)$/, "$1");
}
