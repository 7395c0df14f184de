/** Where a whole went: one bar of parts, with what each is and how much. */
import { optionsOf } from "@relprop/tensor";
import { Drawing } from "../drawing/drawing.ts";
import type { DrawnShape, Paint } from "../drawing/shape.ts";
import { checkListOf } from "../relevant.ts";

/** A part of a whole. */
export interface SharePart {
  readonly name: string;
  /** May be negative; then it stands left of 0. */
  readonly value: number;
  readonly fill: Paint;
}

/** Parts beside each other, from 0 to the right where they are positive and to the left where they are not. */
export function shareBar(
  parts: readonly SharePart[], options: { readonly width?: number; readonly alt?: string } = {},
): Drawing {
  optionsOf("shareBar", options);
  checkListOf("shareBar", "parts", parts);
  const { width = 640 } = options;
  const shownParts = parts.filter(({ value }) => Number.isFinite(value));
  const above = shownParts.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  const below = shownParts.reduce((sum, { value }) => sum + Math.max(0, -value), 0);
  const scale = (width - 2) / (above + below || 1);
  const zero = 1 + below * scale;
  let [right, left] = [zero, zero];
  const shapes: DrawnShape[] = [];
  for (const { name, value, fill } of shownParts) {
    const span = Math.abs(value) * scale;
    if (value >= 0) right += span;
    else left -= span;
    if (span < 0.25) continue;
    const title = `${name}: ${written(value)}`;
    shapes.push({ kind: "box", x: value >= 0 ? right - span : left, y: 0, width: span, height: 26, fill, title });
  }
  shapes.push({ kind: "path", points: [[zero, 0], [zero, 32]], stroke: "ink" });
  shapes.push({ kind: "label", x: zero, y: 44, text: "0", size: 11, fill: "faint", anchor: "middle" });
  if (above > 0) {
    shapes.push({ kind: "label", x: width - 1, y: 44, text: written(above), size: 11, fill: "faint", anchor: "end" });
  }
  if (below > 0) shapes.push({ kind: "label", x: 1, y: 44, text: written(-below), size: 11, fill: "faint" });
  const column = Math.max(150, width / Math.max(1, Math.floor(width / 210)));
  const perRow = Math.max(1, Math.floor(width / column));
  shownParts.forEach(({ name, value, fill }, i) => {
    const [x, y] = [1 + (i % perRow) * column, 60 + Math.floor(i / perRow) * 20];
    shapes.push({ kind: "box", x, y, width: 11, height: 11, fill });
    shapes.push({ kind: "label", x: x + 17, y: y + 10, text: `${name} ${written(value)}`, size: 13 });
  });
  const bottom = 60 + Math.ceil(shownParts.length / perRow) * 20;
  const alt = options.alt ?? shownParts.map(({ name, value }) => `${name} ${written(value)}`).join(", ");
  return new Drawing(width, bottom, shapes, alt);
}

function written(value: number): string {
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
