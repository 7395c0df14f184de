/** One model and one input, and whatever a person asks about them. */
import { CRP, topN, type FeatureSelector } from "@relprop/crp";
import { tokenRelevance } from "@relprop/evaluate";
import { heatmap, type Pixels } from "@relprop/heatmap";
import { LRP, outputOf, type Explanation, type Tape, type Target } from "@relprop/lrp";
import { formatShape, Tensor } from "@relprop/tensor";
import { BOXED, compositeNamed } from "../composite-name.ts";
import { targetNamed } from "../named-target.ts";
import { scored, type Score } from "../scored.ts";
import { drawnPixels, drawnRelevance, type Shown } from "./drawn-relevance.ts";
import { explainWithFlow, type FlowingExplanation, type RelevanceFlow } from "./relevance-flow.ts";
import { changedComposite, rulesFor, type RuleChange } from "./rule-change.ts";
import { readInput, type Given, type StudioInput } from "./studio-input.ts";
import { now } from "./host.ts";
import type { NamedFile } from "./named-file.ts";
import { openModel, type ModelCard, type StudioModel } from "./studio-model.ts";

/** What the page shows of an input. */
export interface InputCard {
  readonly name: string;
  readonly shape: string;
  readonly pixels: Pixels | undefined;
}

/** A composite, what is explained, and the rules that were changed. */
export interface Asked {
  readonly composite: string;
  /** `max`, a number, a label, or one of them with a position. */
  readonly target: string;
  readonly changes?: readonly RuleChange[];
  /** Whether it is told where relevance runs, in the same pass. */
  readonly flow?: boolean;
}

/** One explanation as the page shows it. */
export interface ExplanationCard {
  readonly composite: string;
  readonly shown: Shown;
  /** Where rules were changed: what became more, and what less. */
  readonly difference: Shown | undefined;
  readonly scores: readonly Score[];
  readonly warnings: readonly string[];
  readonly flow: RelevanceFlow | undefined;
  readonly milliseconds: number;
}

/** What is known of a node. */
export interface NodeCard {
  readonly name: string;
  readonly kind: string;
  readonly shape: string;
  readonly rule: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The rules that it can have. */
  readonly takes: readonly string[];
  /** Relevance where it stands, channels added up; absent where that is no picture. */
  readonly map: Pixels | undefined;
  readonly concepts: readonly { readonly id: number; readonly share: number; readonly shown: Shown }[];
  /** Why there are no concepts. */
  readonly without: string | undefined;
}

/** The six strongest channels of a node, or as many as it has. */
const STRONGEST: FeatureSelector = {
  name: "strongest(6)",
  select: (relevance) => topN(Math.min(6, relevance.shape[1] ?? 1)).select(relevance),
};

/** A model that is open, and an input of it. */
export class Studio {
  readonly #opened: StudioModel;
  readonly #loadLibrary: () => Promise<unknown>;
  readonly #analyzers = new Map<string, LRP>();
  #input: StudioInput | undefined;
  #tape: Tape | undefined;
  #labels: readonly string[] | undefined;
  #before: { readonly key: string; readonly relevance: Tensor } | undefined;
  /** Which changes the analyzer of changed rules has. */
  #changed = "";

  constructor(opened: StudioModel, loadLibrary: () => Promise<unknown>) {
    this.#opened = opened;
    this.#loadLibrary = loadLibrary;
  }

  /** Reads a model from the files that were dropped; `loadLibrary` gives what reads tokenisers, if there is any. */
  static async open(
    files: readonly NamedFile[], loadLibrary: () => Promise<unknown> = async () => undefined,
  ): Promise<Studio> {
    return new Studio(await openModel(files), loadLibrary);
  }

  /** What the page shows of the model. */
  get card(): ModelCard {
    return this.#opened.card;
  }

  /** Names of the outputs; none takes them away. */
  name(labels: readonly string[] | undefined): void {
    this.#labels = labels;
  }

  /** Takes an input; what was computed of the one before is forgotten. */
  async give(given: Given, fit: string): Promise<InputCard> {
    const input = await readInput(this.#opened.model, given, fit, {
      vocabulary: this.#opened.vocabulary, loadLibrary: this.#loadLibrary,
    });
    this.#input = input;
    this.#tape = undefined;
    this.#before = undefined;
    this.#analyzers.delete(BOXED);
    const { image } = input;
    const pixels = image && { ...image, data: new Uint8ClampedArray(image.data) };
    return { name: input.name, shape: formatShape(input.value.shape), pixels };
  }

  /** Explains the input by a composite. */
  explain(asked: Asked): ExplanationCard {
    const begun = now();
    const input = this.#given();
    const explanation = asked.flow === true ? this.#flowing(asked) : this.#explained(asked);
    const relevance = this.#onInput(explanation);
    const { model } = this.#opened;
    const layout = model.layout(model.inputs[0]!.name) ?? input.layout;
    const isChanged = (asked.changes ?? []).length > 0;
    const before = isChanged ? this.#unchanged(asked) : undefined;
    const difference = before && new Tensor(relevance.shape, relevance.data.map((value, i) => value - before.data[i]!));
    const scores = scored(explanation, {
      labels: this.#labels, shares: this.#opened.shares, count: 5, layout: model.layout(outputOf(model, undefined)),
    });
    return {
      composite: asked.composite,
      shown: drawnRelevance(relevance, input, layout),
      difference: difference && drawnRelevance(difference, input, layout),
      scores,
      warnings: [...explanation.warnings, ...(input.text?.assumed ?? []).map((sentence) => `assumed ${sentence}`)],
      flow: "flow" in explanation ? explanation.flow : undefined,
      milliseconds: now() - begun,
    };
  }

  /** The rule of a node, relevance where it stands, and its strongest concepts. */
  node(name: string, asked: Asked): NodeCard {
    const { model } = this.#opened;
    const lrp = this.#analyzer(asked);
    const tape = this.#forward();
    const target = this.#target(asked);
    const row = lrp.rules.rows.find(({ node }) => node.name === name);
    if (row === undefined) throw new RangeError(`studio: takes the name of a node, got "${name}"`);
    const { kind } = row.node.layer;
    const at = lrp.analyze(tape, { target, layers: [name] }).layers.get(name)!;
    const layout = model.layout(name);
    const isPicture = at.shape.length === 4 && at.shape[2]! > 1 && at.shape[3]! > 1;
    return {
      name, kind,
      shape: formatShape(at.shape),
      rule: row.rule.name,
      options: row.rule.options,
      takes: rulesFor(row.node.layer),
      map: isPicture ? heatmap({ relevance: at, layout }).rgba() : undefined,
      ...this.#concepts(lrp, name, tape, target),
    };
  }

  #concepts(lrp: LRP, name: string, tape: Tape, target: Target): Pick<NodeCard, "concepts" | "without"> {
    const input = this.#given();
    try {
      const found = new CRP(lrp, name, STRONGEST).concepts(tape, { target });
      const concepts = found.concepts.map(({ ids, atNode, relevance }) => ({
        id: ids[0]!,
        share: atNode[0]!,
        shown: relevance.shape.length === 4
          ? drawnPixels({ relevance, layout: input.layout }, input.image)
          : drawnRelevance(relevance, input, input.layout),
      }));
      return { concepts, without: concepts.length === 0 ? "it has no channels" : undefined };
    } catch (error) {
      return { concepts: [], without: (error as Error).message };
    }
  }

  #explained(asked: Asked): Explanation {
    return this.#analyzer(asked).analyze(this.#forward(), { target: this.#target(asked) });
  }

  /** The relevance before rules were changed, which is asked for again with every change. */
  #unchanged(asked: Asked): Tensor {
    const key = `${asked.composite} ${asked.target}`;
    if (this.#before?.key !== key) {
      this.#before = { key, relevance: this.#onInput(this.#explained({ ...asked, changes: [] })) };
    }
    return this.#before.relevance;
  }

  /** Relevance as it is shown: of texts that of each token. */
  #onInput(explanation: Pick<Explanation, "relevance" | "sources">): Tensor {
    const { text } = this.#given();
    if (text === undefined) return explanation.relevance;
    const { relevance } = tokenRelevance("studio", this.#opened.model, text.ids, explanation, text.length);
    return new Tensor([1, text.length], Float32Array.from(relevance));
  }

  #flowing(asked: Asked): FlowingExplanation {
    const output = outputOf(this.#opened.model, undefined);
    return explainWithFlow(this.#analyzer(asked), this.#forward(), output, this.#target(asked));
  }

  #given(): StudioInput {
    if (this.#input === undefined) throw new RangeError("studio: takes an input first, got none");
    return this.#input;
  }

  #forward(): Tape {
    const { value, text } = this.#given();
    return (this.#tape ??= new LRP(this.#opened.model).forward(...(text?.values ?? [value])));
  }

  #target({ target }: Asked): Target {
    const { model } = this.#opened;
    return targetNamed("studio", target, this.#labels, model.layout(outputOf(model, undefined)));
  }

  /** Composites as they are keep their analyzers, with the weights that they prepared; the last changed one too. */
  #analyzer({ composite: name, changes = [] }: Asked): LRP {
    const key = changes.length === 0 ? name : "changed";
    const said = JSON.stringify([name, changes]);
    const known = this.#analyzers.get(key);
    if (known !== undefined && (changes.length === 0 || this.#changed === said)) return known;
    const { box } = this.#given();
    const made = compositeNamed(name, name === BOXED && box !== undefined ? { box } : {});
    const lrp = new LRP(this.#opened.model, changedComposite(made, changes));
    this.#analyzers.set(key, lrp);
    if (changes.length > 0) this.#changed = said;
    return lrp;
  }
}
