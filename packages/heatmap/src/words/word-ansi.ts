/** Coloured words in a terminal. */
import { colorCode, type ColorDepth } from "../terminal/ansi-color.ts";
import type { AnsiOptions } from "../terminal/ansi.ts";
import type { Rgb } from "../image/image.ts";
import type { Range } from "../picture/normalize.ts";
import type { RelevantWord } from "./relevant-word.ts";
import { signed } from "../picture/signed-number.ts";
import { wordLines } from "./word-lines.ts";
import { faded, inkOn, isStrong, shown } from "./word-style.ts";
import { widthOf } from "../terminal/word-width.ts";

/** The words in lines of at most `width` characters; a word that is longer has a line of its own. */
export function ansiWords(words: readonly RelevantWord[], range: Range, options: Required<AnsiOptions>): string {
  const { width, depth } = options;
  const texts = words.map((word) => (depth === 0 ? plain(word, range) : shown(word.text)));
  const lines = [""];
  wordLines(words, texts.map(widthOf), 1, width).forEach(({ line, gap }, i) => {
    const text = depth === 0 ? texts[i]! : painted(texts[i]!, words[i]!, depth);
    lines[line] = `${lines[line] ?? ""}${" ".repeat(gap)}${text}`;
  });
  return lines.join("\n");
}

function painted(text: string, { color, isSpecial }: RelevantWord, depth: Exclude<ColorDepth, 0>): string {
  const behind = isSpecial ? faded(color) : color;
  const dim = isSpecial ? "2;3;" : "";
  const ink: Rgb = inkOn(behind) === "#000000" ? [0, 0, 0] : [255, 255, 255];
  return `\x1b[${dim}${colorCode(ink, depth, "ink")};${colorCode(behind, depth, "paper")}m${text}\x1b[0m`;
}

/** `word[+0.82]` where the word has much relevance, `(word)` for special tokens. */
function plain(word: RelevantWord, range: Range): string {
  const text = word.isSpecial ? `(${shown(word.text)})` : shown(word.text);
  return isStrong(word, range) ? `${text}[${signed(word.relevance)}]` : text;
}
