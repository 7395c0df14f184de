/** Relevance of features as bars, or as the steps of a waterfall that add up to the whole. */
import { optionsOf } from "@relprop/tensor";
import { Drawing } from "../drawing/drawing.ts";
import { strongestFeatures, type RelevantFeature } from "./feature.ts";
import { given, signed } from "../picture/signed-number.ts";
import { shown } from "../words/word-style.ts";
import type { DrawnShape } from "../drawing/shape.ts";
import { checkListOf } from "../relevant.ts";

/** How bars are drawn. */
export interface FeatureBarOptions {
  /** In pixels; 640 unless given. */
  readonly width?: number;
  /** The most bars; what is less relevant becomes one. 20 unless given. */
  readonly most?: number;
  /** Whether each bar begins where the one before ended, so that all of them add up. */
  readonly waterfall?: boolean;
  /** What is read out instead of the picture; the strongest features unless given. */
  readonly alt?: string;
}

const [ROW, SIZE] = [24, 13];
const TOGETHER = "together";

/** A bar for each feature, the most relevant first: name and value, bar, number. */
export function featureBars(all: readonly RelevantFeature[], options: FeatureBarOptions = {}): Drawing {
  const { width = 640, most = 20, waterfall = false } = optionsOf("featureBars", options);
  checkListOf("featureBars", "features", all);
  if (all.length === 0) throw new RangeError("featureBars: takes at least one feature, got none");
  if (!(most >= 1)) throw new RangeError(`featureBars: takes one bar or more as most, got ${most}`);
  const listed = strongestFeatures(all, most);
  const values = listed.map(({ value }) => (value === undefined ? "" : ` = ${given(value)}`));
  const texts = listed.map(({ name }, i) => shown(name) + values[i]!);
  const widest = [...texts, ...(waterfall ? [TOGETHER] : [])]
    .reduce((wide, text) => Math.max(wide, textSpan(text, SIZE)), 0);
  const named = Math.min(0.42 * width, widest + 12);
  const numbers = 10 + listed.reduce((wide, { relevance }) => Math.max(wide, textSpan(signed(relevance), 12)), 30);
  const ends = spans(listed, waterfall);
  const low = ends.reduce((least, [from, to]) => Math.min(least, from, to), 0);
  const high = ends.reduce((largest, [from, to]) => Math.max(largest, from, to), 0);
  const left = named + (listed.some(({ relevance }) => relevance < 0) ? numbers : 4);
  const scale = (width - left - numbers) / (high - low || 1);
  const at = (value: number): number => left + (value - low) * scale;
  const rows = listed.length + (waterfall ? 1 : 0);
  const bottom = rows * ROW + 4;
  const shapes: DrawnShape[] = [{ kind: "path", points: [[at(0), 0], [at(0), bottom]], stroke: "faint" }];
  listed.forEach(({ relevance }, i) => {
    const [from, to] = ends[i]!;
    const y = i * ROW + 4;
    const isFor = !(relevance < 0);
    const name = clipped(shown(listed[i]!.name), values[i]!, named - 10);
    shapes.push({ kind: "label", x: named - 6, y: y + 14, text: name, size: SIZE, anchor: "end" });
    shapes.push({
      kind: "box", x: at(Math.min(from, to)), y, width: Math.max(1, Math.abs(to - from) * scale), height: ROW - 6,
      fill: Number.isNaN(relevance) ? "faint" : isFor ? "for" : "against", title: `${texts[i]}: ${signed(relevance)}`,
    });
    const beside = isFor ? at(Math.max(from, to)) + 5 : at(Math.min(from, to)) - 5;
    shapes.push({
      kind: "label", x: beside, y: y + 14, text: signed(relevance), size: 12, fill: "faint",
      anchor: isFor ? "start" : "end",
    });
    if (waterfall) shapes.push({ kind: "path", points: [[at(to), y + ROW - 6], [at(to), y + ROW]], stroke: "faint" });
  });
  if (waterfall) {
    const total = ends.at(-1)![1];
    const y = listed.length * ROW + 18;
    shapes.push({ kind: "label", x: named - 6, y, text: TOGETHER, size: SIZE, anchor: "end", bold: true });
    shapes.push({
      kind: "label", x: at(total) + (total < 0 ? -5 : 5), y, text: signed(total), size: 12, bold: true,
      anchor: total < 0 ? "end" : "start",
    });
  }
  return new Drawing(width, bottom, shapes, options.alt ?? summary(listed, texts));
}

/** Where bars begin and end. */
function spans(
  listed: readonly RelevantFeature[], waterfall: boolean,
): readonly (readonly [from: number, to: number])[] {
  let at = 0;
  return listed.map(({ relevance }) => {
    const size = Number.isFinite(relevance) ? relevance : 0;
    if (!waterfall) return [0, size];
    const from = at;
    at += size;
    return [from, at];
  });
}

function summary(listed: readonly RelevantFeature[], texts: readonly string[]): string {
  const [first = [], ...rest] = listed.slice(0, 5).map(({ relevance }, i) => [texts[i]!, signed(relevance)]);
  return `relevance of features, strongest first: ${[first, ...rest].map((pair) => pair.join(" ")).join(", ")}`;
}

/** About how wide a text is in a font without serifs. */
export function textSpan(text: string, size: number): number {
  return 0.56 * size * Array.from(text).length;
}

/** A name and the value behind it; where both have no room, the name is cut. */
function clipped(name: string, value: string, span: number): string {
  const characters = Array.from(name);
  const most = Math.max(3, Math.floor(span / (0.56 * SIZE)) - value.length);
  return (characters.length <= most ? name : `${characters.slice(0, most - 1).join("")}…`) + value;
}
