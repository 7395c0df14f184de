/** Coloured words within a page. */
import { escapeHtml, figureTag } from "../drawing/html.ts";
import type { Range } from "../picture/normalize.ts";
import type { RelevantWord } from "./relevant-word.ts";
import { signed } from "../picture/signed-number.ts";
import { faded, hex, inkOn, isStrong, shown, strongest } from "./word-style.ts";

/**
 * A paragraph of spans, one a word. What has much relevance is underlined too, dotted where it is negative, so that
 * colour is not all there is to see; the caption says the strongest words.
 */
export function htmlWords(words: readonly RelevantWord[], range: Range, caption?: string): string {
  const spans = words.map((word) => `${word.isSpaced ? " " : ""}${span(word, range)}`).join("");
  const style = "margin:0 0 .5em;line-height:2;font-family:system-ui,sans-serif;overflow-wrap:anywhere";
  return figureTag([`<p dir="auto" style="${style}">${spans}</p>`], caption ?? strongest(words, range));
}

function span(word: RelevantWord, range: Range): string {
  const { text, relevance, color, isSpecial } = word;
  const behind = isSpecial ? faded(color) : color;
  const ink = isSpecial && inkOn(behind) === "#000000" ? "#404040" : inkOn(behind);
  const line = isStrong(word, range) ? `;border-bottom:2px ${relevance < 0 ? "dotted" : "solid"} #000000` : "";
  const look = isSpecial ? ";font-size:.75em;font-style:italic" : "";
  const style = `background:${hex(behind)};color:${ink};padding:.15em .2em;border-radius:.2em${line}${look}`;
  return `<span title="relevance ${signed(relevance)}" style="${style}">${escapeHtml(shown(text))}</span>`;
}
