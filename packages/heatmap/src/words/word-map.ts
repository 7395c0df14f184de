/** Relevance of a text as coloured words: for terminals, pages, pictures and programs. */
import { formatShape, optionsOf, ShapeError, Tensor } from "@relprop/tensor";
import { checkAnsi, type AnsiOptions } from "../terminal/ansi.ts";
import { colorMap, type ColorMap, type Colorize } from "../picture/color-map.ts";
import type { HtmlOptions } from "../drawing/html.ts";
import { rgb, type Color } from "../image/image.ts";
import { joinTokens, type JoinOptions } from "./join-tokens.ts";
import { positionIn, rangeOf, type Normalization, type Range } from "../picture/normalize.ts";
import type { RelevantWord } from "./relevant-word.ts";
import { ansiWords } from "./word-ansi.ts";
import { hex } from "./word-style.ts";
import { htmlWords } from "./word-html.ts";
import { svgWords, type WordSvgOptions } from "./word-svg.ts";
import { checkListOf } from "../relevant.ts";

/** How relevance becomes coloured words; every option has a default. */
export interface WordMapOptions extends JoinOptions {
  /** Which relevance the ends of the colour map stand for; `"symmetric"`, around 0, unless given. */
  readonly normalize?: Normalization;
  /** Unless given negative blue, 0 white, positive red, all of them pale enough for black letters. */
  readonly colors?: ColorMap;
  /** The colour of NaN and infinities; magenta unless given. */
  readonly nonFinite?: Color;
}

/** Blue, white, red; black letters keep a contrast of 6.5 on the darkest. */
const PALE: ColorMap = ["#5b8dee", "#ffffff", "#f0645c"];

/** A token and its relevance. */
export interface RelevantToken {
  readonly token: string;
  readonly relevance: number;
}

/** What a map of words is as data. */
export interface WordMapJson {
  readonly range: Range;
  readonly words: readonly {
    readonly text: string;
    /** `null` where it is not finite. */
    readonly relevance: number | null;
    readonly special: boolean;
    readonly tokens: readonly { readonly token: string; readonly relevance: number | null }[];
  }[];
}

/**
 * The words of a text, coloured by their relevance: `[T, D]` or `[1, T, D]` (summed over D), or a number a token.
 * Sub-words are joined; tokens that the tokeniser added stay, dimmed, and do not widen the range of the colours.
 */
export function wordMap(
  tokens: readonly string[], relevance: Tensor | ArrayLike<number>, options: WordMapOptions = {},
): WordMap {
  optionsOf("wordMap", options);
  return new WordMap(tokens, relevance, options);
}

/** Coloured words that have not chosen their format yet. What `wordMap` returns. */
export class WordMap {
  readonly words: readonly RelevantWord[];
  readonly tokens: readonly RelevantToken[];
  /** The relevance at the two ends of the colour map. */
  readonly range: Range;
  readonly #colorize: Colorize;

  constructor(tokens: readonly string[], relevance: Tensor | ArrayLike<number>, options: WordMapOptions = {}) {
    optionsOf("WordMap", options);
    checkListOf("wordMap", "tokens", tokens, "string");
    const { normalize, colors = PALE, nonFinite = "#ff00ff" } = options;
    const broken = rgb(nonFinite);
    const sums = perToken(tokens, relevance);
    this.tokens = tokens.map((token, i) => ({ token, relevance: sums[i]! }));
    const joined = joinTokens(tokens, options).map((word) => ({
      ...word, relevance: word.tokens.reduce((total, i) => total + sums[i]!, 0),
    }));
    const said = joined.filter(({ isSpecial }) => !isSpecial);
    const counted = said.length > 0 ? said : joined;
    this.range = rangeOf(Float64Array.from(counted, (word) => word.relevance), normalize);
    this.#colorize = colorMap(colors);
    this.words = joined.map((word) => {
      const position = positionIn(this.range, word.relevance);
      return { ...word, position, color: Number.isNaN(position) ? broken : this.#colorize(position) };
    });
  }

  /** Coloured words for a terminal, in lines; at depth 0 the relevance stands behind each word that has much. */
  ansi(options: AnsiOptions = {}): string {
    optionsOf("ansi", options);
    return ansiWords(this.words, this.range, checkAnsi(options));
  }

  /** A `figure` element for any page: text to read aloud and to copy, and a caption with the strongest words. */
  html(options: Pick<HtmlOptions, "caption"> = {}): string {
    optionsOf("html", options);
    return htmlWords(this.words, this.range, options.caption);
  }

  /** A picture of text that stays text, for any page or drawing program. */
  svg(options: WordSvgOptions = {}): string {
    optionsOf("svg", options);
    return svgWords(this.words, this.range, options);
  }

  /** Colours from the low end of the range to the high one, as pages write them: what a colour bar shows. */
  swatches(count: number = 17): readonly string[] {
    return Array.from({ length: count }, (_, i) => hex(this.#colorize(count === 1 ? 0.5 : i / (count - 1))));
  }

  /** Words, tokens and range as data, what `JSON.stringify` takes. */
  toJSON(): WordMapJson {
    const number = (value: number): number | null => (Number.isFinite(value) ? value : null);
    return {
      range: this.range,
      words: this.words.map(({ text, relevance, isSpecial, tokens }) => ({
        text,
        relevance: number(relevance),
        special: isSpecial,
        tokens: tokens.map((i) => ({ token: this.tokens[i]!.token, relevance: number(this.tokens[i]!.relevance) })),
      })),
    };
  }
}

/** The sum over features, a number a token. */
function perToken(tokens: readonly string[], relevance: Tensor | ArrayLike<number>): Float64Array {
  const count = tokens.length;
  if (!(relevance instanceof Tensor)) {
    if (relevance.length === count) return Float64Array.from(relevance);
    throw new ShapeError(`wordMap: takes a number for each of ${count} tokens, got ${relevance.length}`);
  }
  const { shape, data } = relevance;
  const own = shape[0] === 1 && shape.length > 1 && (shape.length > 2 || count !== 1) ? shape.slice(1) : shape;
  if (own[0] !== count || own.length > 2) {
    const takes = `[${count}], [${count}, D] or [1, ${count}, D]`;
    throw new ShapeError(`wordMap: takes relevance ${takes} for ${count} tokens, got ${formatShape(shape)}`);
  }
  const features = own[1] ?? 1;
  return Float64Array.from(tokens, (_, i) => {
    let total = 0;
    for (let d = 0; d < features; d++) total += data[i * features + d]!;
    return total;
  });
}
