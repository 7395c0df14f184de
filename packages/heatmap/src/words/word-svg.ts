/** Coloured words as a drawing. */
import { escapeXml } from "../drawing/html.ts";
import type { Range } from "../picture/normalize.ts";
import type { RelevantWord } from "./relevant-word.ts";
import { signed } from "../picture/signed-number.ts";
import { wordLines } from "./word-lines.ts";
import { faded, hex, inkOn, isStrong, shown, strongest } from "./word-style.ts";
import { widthOf } from "../terminal/word-width.ts";

/** How words are drawn. */
export interface WordSvgOptions {
  /** The most pixels a line may have; 640 unless given. */
  readonly width?: number;
  /** The height of the letters in pixels; 16 unless given. */
  readonly fontSize?: number;
  /** What is read out instead of the picture; the strongest words unless given. */
  readonly alt?: string;
}

interface Placed {
  readonly word: RelevantWord;
  readonly text: string;
  readonly x: number;
  readonly line: number;
  readonly wide: number;
}

/** Letters of one width, so that what is drawn needs nobody to measure fonts. */
export function svgWords(words: readonly RelevantWord[], range: Range, options: WordSvgOptions = {}): string {
  const { width = 640, fontSize = 16, alt = strongest(words, range) } = options;
  if (!(width > 0 && width < Infinity && fontSize > 0 && fontSize < Infinity)) {
    throw new RangeError(`svg: takes a width and a fontSize above 0, got ${width} and ${fontSize}`);
  }
  const column = 0.6 * fontSize;
  const [margin, padding, pitch] = [0.5 * fontSize, 0.2 * fontSize, 1.75 * fontSize];
  const texts = words.map(({ text }) => shown(text));
  const widths = texts.map((text) => column * widthOf(text) + 2 * padding);
  const places = wordLines(words, widths, 0.5 * column, width - 2 * margin);
  const placed = words.map((word, i): Placed => {
    const { line, at } = places[i]!;
    return { word, text: texts[i]!, x: margin + at, line, wide: widths[i]! };
  });
  const last = places.at(-1)?.line ?? 0;
  const right = placed.reduce((most, { x: left, wide }) => Math.max(most, left + wide), 0);
  const size = { width: round(Math.max(width, right + margin)), height: round((last + 1) * pitch + 2 * margin) };
  const drawn = placed.map((each) => {
    const { word, text, wide } = each;
    const behind = word.isSpecial ? faded(word.color) : word.color;
    const top = margin + each.line * pitch;
    const box = `x="${round(each.x)}" y="${round(top)}" width="${round(wide)}" height="${round(1.4 * fontSize)}"`;
    const ink = word.isSpecial && inkOn(behind) === "#000000" ? "#404040" : inkOn(behind);
    const place = `x="${round(each.x + padding)}" y="${round(top + 1.05 * fontSize)}"`;
    const length = ` textLength="${round(wide - 2 * padding)}" lengthAdjust="spacingAndGlyphs"`;
    const slanted = word.isSpecial ? ' font-style="italic"' : "";
    return `<g><title>${escapeXml(text)}: ${signed(word.relevance)}</title>` +
      `<rect ${box} rx="${round(padding)}" fill="${hex(behind)}"/>` +
      `<text ${place}${length}${slanted} fill="${ink}">${escapeXml(text)}</text>` +
      `${underline(each, range, top + 1.5 * fontSize)}</g>`;
  });
  const font = `font-family="ui-monospace, 'DejaVu Sans Mono', monospace" font-size="${fontSize}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${size.width} ${size.height}" ` +
    `width="${size.width}" height="${size.height}" ${font}><title>${escapeXml(alt)}</title>` +
    `<rect width="100%" height="100%" fill="#ffffff"/>${drawn.join("")}</svg>`;
}

/** A line under what has much relevance, dotted where it is negative. */
function underline({ word, x, wide }: Placed, range: Range, y: number): string {
  if (!isStrong(word, range)) return "";
  const dots = word.relevance < 0 ? ' stroke-dasharray="2 2"' : "";
  return `<path d="M${round(x)} ${round(y)}h${round(wide)}" stroke="#000000" stroke-width="1.5"${dots}/>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
