/** Lines of text drawn into pictures. */
import { glyph, GLYPH_HEIGHT, GLYPH_WIDTH } from "./font.ts";
import { rgb, type Color, type Image } from "./image.ts";

/** The distance from one line's top to the next, at scale 1. */
export const LINE_HEIGHT: number = GLYPH_HEIGHT + 2;

/** The distance from one character to the next, at scale 1. */
export const ADVANCE: number = GLYPH_WIDTH + 1;

/** The pixels a line of text is wide: six for each character but the last, which has no gap behind it. */
export function textWidth(text: string, scale = 1): number {
  const { length } = Array.from(text);
  return length === 0 ? 0 : (length * ADVANCE - 1) * scale;
}

/** Draws one line of text with its top left corner at `(x, y)`; what lies outside the picture is cut off. */
export function drawText(onto: Image, text: string, x: number, y: number, color: Color = "#000", scale = 1): void {
  const [red, green, blue] = rgb(color);
  Array.from(text).forEach((character, index) => {
    glyph(character).forEach((bits, row) => {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (((bits >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue;
        const left = x + (index * ADVANCE + column) * scale;
        fill(onto, left, y + row * scale, scale, scale, [red, green, blue]);
      }
    });
  });
}

/** Paints a rectangle in one opaque colour; what lies outside the picture is cut off. */
export function fill(onto: Image, x: number, y: number, width: number, height: number, color: Color): void {
  const [red, green, blue] = rgb(color);
  for (let row = Math.max(0, y); row < Math.min(onto.height, y + height); row++) {
    for (let column = Math.max(0, x); column < Math.min(onto.width, x + width); column++) {
      onto.data.set([red, green, blue, 255], (row * onto.width + column) * 4);
    }
  }
}

/**
 * Text in lines of at most `characters`, broken at line ends, spaces, hyphens within words, and before the capitals of
 * camelCase words; a piece that is still too long is cut.
 */
export function wrap(text: string, characters: number): readonly string[] {
  const most = Math.max(1, characters);
  return text.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const piece of paragraph.split(/(?<= )|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z]-)(?=[A-Za-z])/u)) {
      for (const part of cut(piece, most)) {
        const line = lines.at(-1)! + part;
        if (Array.from(line.trimEnd()).length <= most) lines[lines.length - 1] = line;
        else lines.push(part);
      }
    }
    return lines.map((line) => line.trimEnd());
  });
}

function cut(piece: string, most: number): readonly string[] {
  const characters = Array.from(piece);
  if (Array.from(piece.trimEnd()).length <= most) return [piece];
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += most) parts.push(characters.slice(at, at + most).join(""));
  return parts;
}
