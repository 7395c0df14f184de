/** Lines of text as strokes, at any size. */
import type { Label } from "./shape.ts";
import { strokeGlyph, type StrokePoint } from "./stroke-font.ts";

/** Capitals are this part of the size of a font, and 14 steps of its grid. */
const STEP = 0.72 / 14;

/** How wide a line of text is at a font size. */
export function strokeWidth(text: string, size: number): number {
  const steps = Array.from(text).reduce((sum, character) => sum + strokeGlyph(character).advance, 0);
  return Math.max(0, steps - 3) * STEP * size;
}

/** The strokes of a label where they lie in its drawing. */
export function strokesOf({ x, y, text, size, anchor = "start" }: Label): readonly (readonly StrokePoint[])[] {
  const width = strokeWidth(text, size);
  let left = x - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
  const unit = STEP * size;
  return Array.from(text.normalize("NFC")).flatMap((character) => {
    const { advance, lines } = strokeGlyph(character);
    const from = left;
    left += advance * unit;
    return lines.map((line) => line.map(([across, down]) => [from + across * unit, y + (down - 14) * unit] as const));
  });
}
