/** Relevance of features in a terminal: a bar each, to the right of an axis or to its left. */
import { optionsOf } from "@relprop/tensor";
import { inColor, type ColorDepth } from "../terminal/ansi-color.ts";
import { checkAnsi, type AnsiOptions } from "../terminal/ansi.ts";
import { strongestFeatures, type RelevantFeature } from "./feature.ts";
import type { Rgb } from "../image/image.ts";
import { given, signed } from "../picture/signed-number.ts";
import { widthOf } from "../terminal/word-width.ts";
import { shown } from "../words/word-style.ts";
import { checkListOf } from "../relevant.ts";

/** How bars are drawn in a terminal. */
export interface AnsiBarOptions extends AnsiOptions {
  /** The most bars; what is less relevant becomes one. 20 unless given. */
  readonly most?: number;
}

/** What speaks for an output, on dark and on light screens alike. */
export const FOR: Rgb = [205, 58, 58];

/** What speaks against it. */
export const AGAINST: Rgb = [58, 95, 205];

/** A line for each feature, the most relevant first: name, value, relevance, bar. */
export function ansiBars(all: readonly RelevantFeature[], options: AnsiBarOptions = {}): string {
  optionsOf("ansiBars", options);
  checkListOf("ansiBars", "features", all);
  const { width, depth } = checkAnsi(options);
  const listed = strongestFeatures(all, options.most ?? 20);
  const values = listed.map(({ value }) => (value === undefined ? "" : given(value)));
  const numbers = listed.map(({ relevance }) => signed(relevance));
  const longest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
  const columns = [longest(values), longest(numbers)] as const;
  const beside = columns[0] + columns[1] + 6;
  const names = listed.map(({ name }) => cut(shown(name), Math.max(8, Math.min(28, width - beside - 8))));
  const named = longest(names);
  const room = Math.max(2, width - named - beside);
  const limit = listed.reduce((most, { relevance }) => Math.max(most, finite(relevance)), 0) || 1;
  const oneSided = listed.every(({ relevance }) => !(relevance < 0));
  return listed.map(({ relevance }, i) => {
    const value = `${values[i]!.padStart(columns[0])}  ${numbers[i]!.padStart(columns[1])}`;
    return `${padded(names[i]!, named)}  ${value}  ${bar(relevance / limit, room, oneSided, depth)}`.trimEnd();
  }).join("\n");
}

/** A bar of `share` (from -1 to 1) of the room on its side of the axis. */
function bar(share: number, room: number, oneSided: boolean, depth: ColorDepth): string {
  if (!Number.isFinite(share)) return "?";
  const half = oneSided ? 0 : Math.floor((room - 1) / 2);
  const side = oneSided ? room - 1 : half;
  const eighths = Math.round(Math.abs(share) * side * 8);
  const [whole, rest] = [Math.floor(eighths / 8), eighths % 8];
  const block = depth === 0 ? "#" : "█";
  if (share >= 0) {
    const end = depth === 0 ? (rest >= 4 ? "#" : "") : ["", ..."▏▎▍▌▋▊▉"][rest]!;
    return `${" ".repeat(half)}│${inColor(block.repeat(whole) + end, FOR, depth)}`;
  }
  const end = rest < 4 ? "" : depth === 0 ? "#" : "▐";
  const drawn = end + block.repeat(whole);
  return `${" ".repeat(half - drawn.length)}${inColor(drawn, AGAINST, depth)}│`;
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.abs(value) : 0;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** The text in at most so many columns, with `…` where something is left out. */
function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let out = "";
  for (const character of text) {
    if (widthOf(out + character) > columns - 1) break;
    out += character;
  }
  return `${out}…`;
}
