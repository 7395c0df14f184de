/** An explanation that can be looked at: printed, drawn, put into a page. */
import { heatmap, htmlPage, relevanceForm, type Heatmap, type Image, type RelevanceForm } from "@relprop/heatmap";
import type { ConservationReport, Explanation, RuleTable } from "@relprop/lrp";
import { showAs, type Abortable, type Layout, type Tensor, type Value } from "@relprop/tensor";
import { explanationPage } from "./explanation-page.ts";
import { explainedText } from "./explained-text.ts";
import { grayOf } from "./gray.ts";
import { scored, type Score, type ScoreOptions } from "./scored.ts";

/** What is known of an explanation besides itself. */
export interface About extends ScoreOptions {
  /** What was explained, as the model was given it. */
  readonly input: Value;
  /** The picture that it shows, if it is one. */
  readonly image: Image | undefined;
  /** Names of features. */
  readonly features?: readonly string[] | undefined;
  /** The name of the composite, where it has one. */
  readonly composite?: string | undefined;
  /** Where the channels of the output stand. */
  readonly outputLayout?: Layout | undefined;
  /** Which node had which rule. */
  readonly rules?: RuleTable | undefined;
}

/** What a report calls things, and when it is given up. */
export interface ReportOptions extends Abortable {
  readonly input?: string;
  readonly model?: string;
}

/** What `explain` returns: an explanation, and pictures of it. */
export class Explained implements Explanation {
  readonly relevance: Tensor;
  readonly layout: Layout | undefined;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly sources: ReadonlyMap<string, Tensor>;
  readonly output: Tensor;
  readonly target: readonly number[] | undefined;
  readonly layers: ReadonlyMap<string, Tensor>;
  readonly warnings: readonly string[];
  readonly about: About;
  readonly #explanation: Explanation;
  #heatmap: Heatmap | undefined;

  constructor(explanation: Explanation, about: About, layout: Layout | undefined, warnings: readonly string[] = []) {
    this.relevance = explanation.relevance;
    this.layout = explanation.layout ?? layout;
    this.inputs = explanation.inputs;
    this.sources = explanation.sources;
    this.output = explanation.output;
    this.target = explanation.target;
    this.layers = explanation.layers;
    this.warnings = [...explanation.warnings, ...warnings];
    this.about = about;
    this.#explanation = explanation;
    showAs(this, {
      text: (colors) => explainedText(this, { depth: colors ? 24 : 0, width: 80 }),
      display: () => this.#display(),
    });
  }

  /** Where every bit of relevance went; computed when first read, by another pass. */
  get conservation(): ConservationReport {
    return this.#explanation.conservation;
  }

  /** Whether it is of a picture, a signal or a row; `undefined` where relevance has other axes. */
  get form(): RelevanceForm | undefined {
    return relevanceForm(this, this.about.features);
  }

  /** The relevance as a heatmap; throws a `ShapeError` for relevance that is neither a picture nor a signal. */
  get heatmap(): Heatmap {
    return (this.#heatmap ??= heatmap(this, this.form === "signal" ? { signal: true } : {}));
  }

  /** Relevance in colours over the picture in gray; the heatmap alone where there was no picture. */
  overlay(alpha: number = 0.85): Heatmap {
    const { image } = this.about;
    if (image === undefined) return this.heatmap;
    return heatmap(this, { overlay: { image: grayOf(image), alpha, fade: true } });
  }

  /** The largest scores, with their names, and the explained one. */
  get scores(): readonly Score[] {
    return scored(this, { ...this.about, layout: this.about.outputLayout });
  }

  /**
   * One HTML file that holds everything: input beside relevance, scores, where the relevance went, and the rules.
   * Names are shown above it.
   */
  report({ input, model, signal }: ReportOptions = {}): Promise<string> {
    return htmlPage(explanationPage(this, { ...this.about, name: input, model }), { signal });
  }

  /** Scores, relevance and warnings as plain text, 80 columns wide. */
  toString(): string {
    return explainedText(this, { depth: 0, width: 80 });
  }

  #display(): Readonly<Record<string, string>> {
    const plain = { "text/plain": this.toString() };
    return this.form === "picture" ? { ...plain, "text/html": this.overlay().html() } : plain;
  }
}
