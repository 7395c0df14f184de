/** Lines of text drawn into pictures. */
import { rgb, type Color, type Image } from "../image/image.ts";
import { strokeLine } from "./stroke-line.ts";
import { strokesOf, strokeWidth } from "./stroke-text.ts";

/** The distance from one line's top to the next, at scale 1. */
export const LINE_HEIGHT = 11;

/** About the distance from one character to the next, at scale 1. */
export const ADVANCE = 6;

/** The size of the font at scale 1, and how far down the line is that letters stand on. */
const [SIZE, BASELINE] = [10.5, 8.3];

/** The pixels a line of text is wide. */
export function textWidth(text: string, scale: number = 1): number {
  return Math.ceil(strokeWidth(text, SIZE * scale));
}

/** Draws one line of text with its top left corner at `(x, y)`; what lies outside the picture is cut off. */
export function drawText(
  onto: Image, text: string, x: number, y: number, color: Color = "#000", scale: number = 1,
): void {
  const ink = rgb(color);
  // Half a pixel, so that upright strokes of one pixel fill one.
  const label = { kind: "label", text, x: x + 0.5, y: y + BASELINE * scale - 0.5, size: SIZE * scale } as const;
  for (const points of strokesOf(label)) strokeLine(onto, points, Math.max(1, 0.095 * SIZE * scale), ink);
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
