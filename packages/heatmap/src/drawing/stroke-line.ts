/** Lines with a pen of any width, into pixels. */
import type { Image, Rgb } from "../image/image.ts";
import type { StrokePoint } from "./stroke-font.ts";

/** A line with round ends: pixels are covered by how near they are to it. */
export function strokeLine(onto: Image, points: readonly StrokePoint[], thick: number, color: Rgb): void {
  const half = thick / 2;
  const reach = Math.ceil(half + 1);
  const cover = new Map<number, number>();
  for (let i = 0; i < Math.max(1, points.length - 1); i++) {
    const [ax, ay] = points[i]!;
    const [bx, by] = points[i + 1] ?? points[i]!;
    const [dx, dy] = [bx - ax, by - ay];
    const span = dx * dx + dy * dy;
    const [left, right] = [Math.floor(Math.min(ax, bx)) - reach, Math.ceil(Math.max(ax, bx)) + reach];
    const [top, bottom] = [Math.floor(Math.min(ay, by)) - reach, Math.ceil(Math.max(ay, by)) + reach];
    for (let y = Math.max(0, top); y < Math.min(onto.height, bottom); y++) {
      for (let x = Math.max(0, left); x < Math.min(onto.width, right); x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const share = span === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / span));
        const far = Math.hypot(px - share * dx, py - share * dy);
        const coverage = Math.min(1, Math.max(0, half + 0.5 - far));
        const at = y * onto.width + x;
        if (coverage > (cover.get(at) ?? 0)) cover.set(at, coverage);
      }
    }
  }
  for (const [at, coverage] of cover) blend(onto, at % onto.width, Math.floor(at / onto.width), color, coverage);
}

/** Lays a colour over a pixel as far as it covers it. */
export function blend({ data, width }: Image, x: number, y: number, color: Rgb, coverage: number): void {
  const at = (y * width + x) * 4;
  for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c]! + (color[c]! - data[at + c]!) * coverage);
}
