/** Coloured words as a drawing of shapes, for pictures of pixels. */
import { optionsOf } from "@relprop/tensor";
import { Drawing } from "../drawing/drawing.ts";
import type { DrawnShape } from "../drawing/shape.ts";
import { strokeWidth } from "../drawing/stroke-text.ts";
import { checkListOf } from "../relevant.ts";
import { signed } from "../picture/signed-number.ts";
import { wordLines } from "./word-lines.ts";
import type { WordMap } from "./word-map.ts";
import type { WordSvgOptions } from "./word-svg.ts";
import { faded, hex, inkOn, isStrong, shown, strongest } from "./word-style.ts";

/**
 * The words of a map in the font of the package, whose `png()` are bytes of a file. A letter that the font has not is
 * a box; `svg()` of the map leaves letters to whoever shows it.
 */
export function wordDrawing(map: WordMap, options: WordSvgOptions = {}): Drawing {
  const { words, range } = Object(map) as WordMap;
  checkListOf("wordDrawing", "words of a word map", words);
  const { width = 640, fontSize = 16, alt = strongest(words, range) } = optionsOf("wordDrawing", options);
  if (!(width > 0 && width < Infinity && fontSize > 0 && fontSize < Infinity)) {
    throw new RangeError(`wordDrawing: takes a width and a fontSize above 0, got ${width} and ${fontSize}`);
  }
  const [margin, padding, pitch] = [0.5 * fontSize, 0.25 * fontSize, 1.75 * fontSize];
  const texts = words.map(({ text }) => shown(text));
  const widths = texts.map((text) => strokeWidth(text, fontSize) + 2 * padding);
  const places = wordLines(words, widths, 0.3 * fontSize, width - 2 * margin);
  const shapes: DrawnShape[] = [];
  let right = width;
  words.forEach((word, i) => {
    const { line, at } = places[i]!;
    const [x, y, wide] = [margin + at, margin + line * pitch, widths[i]!];
    const behind = word.isSpecial ? faded(word.color) : word.color;
    const ink = word.isSpecial && inkOn(behind) === "#000000" ? "#404040" : inkOn(behind);
    const title = `${texts[i]!}: ${signed(word.relevance)}`;
    shapes.push(
      { kind: "box", x, y, width: wide, height: 1.4 * fontSize, fill: hex(behind), title },
      { kind: "label", x: x + padding, y: y + 1.05 * fontSize, text: texts[i]!, size: fontSize, fill: ink },
    );
    if (isStrong(word, range)) {
      const under = y + 1.5 * fontSize;
      const dashed = word.relevance < 0;
      shapes.push({ kind: "path", points: [[x, under], [x + wide, under]], stroke: "#000000", width: 1.5, dashed });
    }
    right = Math.max(right, x + wide + margin);
  });
  return new Drawing(right, ((places.at(-1)?.line ?? 0) + 1) * pitch + 2 * margin, shapes, alt);
}
