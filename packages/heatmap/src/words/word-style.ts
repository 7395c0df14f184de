/** What all drawings of words share: what is shown of a text, and how strong a word is. */
import type { Rgb } from "../image/image.ts";
import type { Range } from "../picture/normalize.ts";
import type { RelevantWord } from "./relevant-word.ts";
import { signed } from "../picture/signed-number.ts";

/** Controls, and what turns or hides the direction of writing: they would move a cursor or break a file. */
const CONTROLS =
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

/** The text of a word as it is drawn: ends of lines and tabs as signs, other controls as the sign for what is none. */
export function shown(text: string): string {
  const signs: Readonly<Record<string, string>> = { "\n": "↵", "\t": "⇥", "\r": "␍" };
  return text === "" ? "␣" : text.replace(CONTROLS, (control) => signs[control] ?? "\ufffd");
}

/** Special tokens say less about a text than its words: their colours fade. */
export function faded([red, green, blue]: Rgb): Rgb {
  const half = (part: number): number => Math.round((part + 255) / 2);
  return [half(red), half(green), half(blue)];
}

/** Black or white, whichever is easier to read on this colour (by relative luminance). */
export function inkOn(color: Rgb): "#000000" | "#ffffff" {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  // At 0.179 the contrast to black and to white is the same.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/** A colour as pages write it. */
export function hex(color: Rgb): `#${string}` {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Whether a word has at least a tenth of the relevance that the colours reach to, or none that can be told. */
export function isStrong({ relevance }: RelevantWord, { low, high }: Range): boolean {
  return !(Math.abs(relevance) < 0.1 * Math.max(Math.abs(low), Math.abs(high)));
}

/** The strongest words in a sentence, those that speak for the output and those that speak against it. */
export function strongest(words: readonly RelevantWord[], range: Range): string {
  const listed = (title: string, sign: 1 | -1): readonly string[] => {
    const found = words
      .filter((word) => !word.isSpecial && sign * word.relevance > 0 && isStrong(word, range))
      .sort((a, b) => sign * (b.relevance - a.relevance))
      .slice(0, 3);
    return found.length === 0
      ? []
      : [`${title}: ${found.map(({ text, relevance }) => `${shown(text)} (${signed(relevance)})`).join(", ")}`];
  };
  const parts = [...listed("for", 1), ...listed("against", -1)];
  return parts.length === 0 ? "no word has relevance" : parts.join("; ");
}
