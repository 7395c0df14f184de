/** Why a model of texts said what it said: relevance of words. */
import { tokenRelevance } from "@relprop/evaluate";
import { WordMap, type WordMapOptions } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import {
  checkGivenModel, attnLRP, inParts, LRP, prepare, type Composite, type Explanation, type Target,
} from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { argmax, optionsOf, preferKernels, sharedArena, type Tensor, type Value } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { encodeText, tokenOf, type EncodedText, type TextInput, type TextTokenizer } from "./encoded-text.ts";
import { textInputs } from "./text-inputs.ts";

/** What a `TextExplainer` is made with. */
export interface TextExplainerOptions {
  /** Needed for texts; not for token ids. */
  readonly tokenizer?: TextTokenizer;
  /** `attnLRP()` by default. */
  readonly composite?: Composite;
  /** How words are joined and coloured. */
  readonly words?: WordMapOptions;
}

/** Which answer is explained. */
export interface TextOptions {
  /** A class or, where each token has outputs, a token id; the largest by default. */
  readonly target?: number | "max";
  /** Another answer: what speaks for the target rather than for it. */
  readonly against?: number;
  /** The token whose outputs are explained, where each has its own; the last that is not masked by default. */
  readonly position?: number;
  /** The name of the output to explain; the first of floats by default. */
  readonly output?: string;
  /** Values for inputs that texts do not have, or instead of what is assumed. */
  readonly inputs?: Readonly<Record<string, Value>>;
}

/** How many tokens are generated, and how. */
export interface GenerateOptions extends Pick<TextOptions, "output" | "inputs"> {
  /** The most tokens; 20 by default. */
  readonly count?: number;
  /** Ids after which the text ends. */
  readonly until?: readonly number[];
  /** The id to go on with, by a score for each; the largest by default. */
  readonly choose?: (scores: Float32Array) => number;
}

/** An explanation, and whose words it is about. */
export interface TextExplanation extends Explanation {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  /** A number a token. */
  readonly tokenRelevance: Float64Array;
  /** Relevance of what was looked up besides tokens (positions, types), summed, by node. */
  readonly elsewhere: ReadonlyMap<string, number>;
  /** The words in colours. */
  readonly words: WordMap;
  /** The scores of the answers at the explained position. */
  readonly scores: Float32Array;
  /** The explained answer. */
  readonly answer: number;
  /** Its position, where each token has outputs. */
  readonly position: number | undefined;
  /** What was taken to be so, in sentences. */
  readonly assumed: readonly string[];
}

/** An explanation of a token that a model went on with. */
export interface NextExplanation extends TextExplanation {
  readonly next: { readonly id: number; readonly token: string };
}

/** Explains one text; for several, make a `TextExplainer` once. */
export function explainText(
  model: Uint8Array | Model, text: TextInput, options: TextExplainerOptions & TextOptions = {},
): TextExplanation {
  optionsOf("explainText", options);
  return new TextExplainer(model, options).explain(text, options);
}

/** Explains what a model (a file's bytes, or loaded) makes of texts; it is prepared once. */
export class TextExplainer {
  readonly lrp: LRP;
  readonly #options: TextExplainerOptions;

  constructor(model: Uint8Array | Model, options: TextExplainerOptions = {}) {
    optionsOf("TextExplainer", options);
    if (!(model instanceof Uint8Array)) checkGivenModel("explainText", model);
    preferKernels(simd);
    this.#options = options;
    const prepared = prepare(model instanceof Uint8Array ? loadOnnx(model) : model);
    this.lrp = new LRP(prepared, options.composite ?? attnLRP(), { large: inParts() });
  }

  /** Which words speak for the model's answer to a text. */
  explain(text: TextInput, options: TextOptions = {}): TextExplanation {
    optionsOf("explain", options);
    return this.#explain(encodeText("explainText", text, this.#options.tokenizer), options);
  }

  /** The scores of the answers to a text, as `explain` has them, without an explanation. */
  scores(text: TextInput, options: Pick<TextOptions, "output" | "inputs" | "position"> = {}): Float32Array {
    const encoded = encodeText("explainText", text, this.#options.tokenizer);
    const { model } = this.lrp;
    const { values, length } = textInputs("explainText", model, encoded, options.inputs);
    const name = checkedOutput(model, options.output);
    return sharedArena().run(() => {
      const value = model.forward(...values)[model.outputs.indexOf(name)]!;
      return scoresAt(value, positionOf(value, encoded, length, options.position));
    });
  }

  /** Explains each token that the model goes on with, while it is generated: which words before it speak for it. */
  *generate(text: TextInput, options: GenerateOptions = {}): Generator<NextExplanation, void, undefined> {
    optionsOf("generate", options);
    const { count = 20, until = [], choose = (scores) => argmax(scores, 0, scores.length), ...rest } = options;
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`generate: takes a whole count from 0, got ${count}`);
    }
    let encoded = encodeText("generate", text, this.#options.tokenizer);
    for (let i = 0; i < count; i++) {
      const explanation = this.#explain(encoded, rest, choose);
      if (explanation.position === undefined) {
        throw new RangeError("generate: takes a model with outputs for each token [N, T, V], got one for whole texts");
      }
      const id = explanation.answer;
      const token = tokenOf(id, this.#options.tokenizer);
      yield Object.assign(explanation, { next: { id, token } });
      if (until.includes(id)) return;
      encoded = {
        ids: [...encoded.ids, id],
        tokens: [...encoded.tokens, token],
        mask: [...encoded.mask, 1],
        types: [...encoded.types, encoded.types.at(-1)!],
      };
    }
  }

  #explain(
    text: EncodedText, options: TextOptions, choose?: (scores: Float32Array) => number,
  ): TextExplanation {
    const { model } = this.lrp;
    const { values, ids, length, assumed } = textInputs("explainText", model, text, options.inputs);
    const tape = this.lrp.forward(...values);
    const name = checkedOutput(model, options.output);
    const value = tape.value(name);
    const position = positionOf(value, text, length, options.position);
    const scores = scoresAt(value, position);
    const width = scores.length;
    const largest = choose ?? ((all: Float32Array) => argmax(all, 0, all.length));
    const { target = "max", against } = options;
    const answer = target === "max" ? largest(scores) : target;
    for (const [what, each] of [["target", answer], ["against", against]] as const) {
      if (each === undefined || (Number.isInteger(each) && each >= 0 && each < width)) continue;
      throw new RangeError(`explainText: takes 0 to ${width - 1} as ${what}, got ${String(each)}`);
    }
    const at = (index: number): Target => ({ at: position === undefined ? [index] : [position, index] });
    const asked: Target = against === undefined ? at(answer) : { for: at(answer), against: at(against) };
    const explanation = this.lrp.analyze(tape, { target: asked, output: name });
    const { relevance, elsewhere } = tokenRelevance("explainText", model, ids, explanation, length);
    const own = relevance.subarray(0, text.ids.length);
    return Object.defineProperty({
      ...withoutReport(explanation),
      ids: text.ids,
      tokens: text.tokens,
      tokenRelevance: own,
      elsewhere,
      words: new WordMap(text.tokens, own, this.#options.words),
      scores,
      answer,
      position,
      assumed: position === undefined || options.position !== undefined
        ? assumed
        : [...assumed, `position: ${position}, the last that is not masked`],
    }, "conservation", { get: () => explanation.conservation, enumerable: false }) as TextExplanation;
  }
}

/** The explanation without its report, which costs another pass when it is read. */
function withoutReport(
  { relevance, inputs, sources, output, target, layers, warnings }: Explanation,
): Omit<Explanation, "conservation"> {
  return { relevance, inputs, sources, output, target, layers, warnings };
}

function checkedOutput(model: Model, name = floatOutput(model)): string {
  if (model.outputs.includes(name)) return name;
  throw new RangeError(`explainText: takes one of the outputs ${model.outputs.join(", ")}, got "${name}"`);
}

function scoresAt({ data, shape }: Tensor, position = 0): Float32Array {
  const width = shape.at(-1) ?? 1;
  return data.slice(position * width, (position + 1) * width);
}

function floatOutput({ outputs, carriers }: Model): string {
  const floats = new Set(carriers.map(({ name }) => name));
  return outputs.find((name) => floats.has(name)) ?? outputs[0]!;
}

/** The token whose outputs are explained; `undefined` where the text has outputs as a whole. */
function positionOf(
  { shape }: Tensor, { mask, ids }: EncodedText, length: number, asked: number | undefined,
): number | undefined {
  if (shape.length < 2 || shape.length > 3 || shape[0] !== 1 || (shape.length === 3 && shape[1] !== length)) {
    throw new RangeError(
      `explainText: takes outputs [1, C] or [1, ${length}, V], got [${shape.join(", ")}]: name another output`,
    );
  }
  if (shape.length === 2) {
    if (asked === undefined) return undefined;
    throw new RangeError(`explainText: takes a position where each token has outputs, got ${asked} for a whole text`);
  }
  const position = asked ?? mask.lastIndexOf(1);
  if (Number.isInteger(position) && position >= 0 && position < ids.length) return position;
  throw new RangeError(`explainText: takes a position from 0 to ${ids.length - 1}, got ${position}`);
}
