/** Tokens to words. */
import { optionsOf } from "@relprop/tensor";
import { decoded, isCut, pieceOf, subwordsOf, type Piece, type Subwords } from "./subword.ts";

/** A word, and which tokens it was. */
export interface JoinedWord {
  /** As people write it. */
  readonly text: string;
  /** The positions of its tokens, ascending. */
  readonly tokens: readonly number[];
  /** Whether the tokeniser put it there: `[CLS]`, `</s>`, `<|endoftext|>` and their like. */
  readonly isSpecial: boolean;
  /** Whether a space stands before it. */
  readonly isSpaced: boolean;
}

/** How tokens become words. */
export interface JoinOptions {
  /** How the tokeniser cuts words; by the marks of the tokens unless given. */
  readonly subwords?: Subwords;
  /** Which tokens are no part of the text, one truth a token; those that look like it unless given. */
  readonly special?: readonly boolean[];
}

/** Tokens that tokenisers add; `[UNK]` is a word that they do not know. */
const SPECIAL =
  /^(\[(CLS|SEP|PAD|MASK|BOS|EOS)\]|<\/s>|<(s|pad|bos|eos|cls|sep|mask|start_of_turn|end_of_turn)>|<\|[^|]*\|>)$/i;

/** Scripts that write no spaces: what a tokeniser cut there are words, as far as one can tell. */
const UNSPACED = "\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}";
const ENDS_UNSPACED = new RegExp(`[${UNSPACED}]$`, "u");
const BEGINS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");

/** The words that tokens make up, in their order; every token belongs to exactly one. */
export function joinTokens(tokens: readonly string[], options: JoinOptions = {}): readonly JoinedWord[] {
  const { special = tokens.map((token) => SPECIAL.test(token)) } = optionsOf("joinTokens", options);
  if (special.length !== tokens.length) {
    throw new RangeError(`joinTokens: takes special for each of ${tokens.length} tokens, got ${special.length}`);
  }
  const subwords = options.subwords ?? subwordsOf(tokens.filter((_, i) => special[i] !== true));
  const words: { raw: string; readonly tokens: number[]; readonly isSpecial: boolean; readonly marked: boolean }[] = [];
  tokens.forEach((token, i) => {
    const isSpecial = special[i] === true;
    const last = words.at(-1);
    const before = last === undefined || last.isSpecial ? undefined : last.raw;
    const piece = pieceOf(token, subwords, before === undefined ? undefined : tokens[i - 1]);
    if (!isSpecial && before !== undefined && joins(before, piece, subwords)) {
      last!.raw += piece.text;
      last!.tokens.push(i);
    } else {
      words.push({ raw: isSpecial ? token : piece.text, tokens: [i], isSpecial, marked: isSpecial || piece.spaced });
    }
  });
  const texts = words.map(({ raw, isSpecial }) => (isSpecial ? raw : decoded(raw, subwords)));
  return words.map(({ tokens: positions, isSpecial, marked }, i) => ({
    text: texts[i]!,
    tokens: positions,
    isSpecial,
    isSpaced: i > 0 && (words[i - 1]!.isSpecial || (marked && (says(subwords) || apart(texts[i - 1]!, texts[i]!)))),
  }));
}

/** Whether the tokens themselves say where spaces were. */
function says(subwords: Subwords): boolean {
  return subwords === "byteLevel" || subwords === "sentencePiece";
}

/** Whether a piece goes on with the word before it. */
function joins(raw: string, piece: Piece, subwords: Subwords): boolean {
  if (piece.joins !== undefined) return piece.joins;
  if (isCut(raw, subwords)) return true;
  const [before, next] = [decoded(raw, subwords), decoded(piece.text, subwords)];
  if (before === "") return true;
  if (ENDS_UNSPACED.test(before) || BEGINS_UNSPACED.test(next)) return false;
  if (/\p{L}$/u.test(before) && /^['’]\p{L}+$/u.test(next)) return true;
  return /[\p{L}\p{M}\p{N}]$/u.test(before) && (isCut(piece.text, subwords) || /^[\p{L}\p{M}\p{N}]/u.test(next));
}

/** Whether people put a space between two words that a tokeniser took apart. */
function apart(before: string, text: string): boolean {
  if (/^[.,!?;:%)\]}…。、，！？]+$/u.test(text) || /^[([{]$/.test(before)) return false;
  return !(ENDS_UNSPACED.test(before) && BEGINS_UNSPACED.test(text));
}
