/** Drawings as pixels. */
import { blank, rgb, type Pixels, type Rgb } from "../image/image.ts";
import { resize } from "../image/resize.ts";
import { paints, type Box, type Drawn, type Inset, type Paint, type Path } from "./shape.ts";
import { blend, strokeLine } from "./stroke-line.ts";
import { strokesOf } from "./stroke-text.ts";

/** All shapes in their order on white, `scale` pixels for each of the drawing's. */
export function rasterized({ width, height, shapes }: Drawn, scale: number): Pixels {
  const onto = blank(Math.ceil(width * scale), Math.ceil(height * scale), paints.paper);
  for (const shape of shapes) {
    if (shape.kind === "box") fillBox(onto, shape, scale);
    else if (shape.kind === "inset") drawInset(onto, shape, scale);
    else if (shape.kind === "path") drawPath(onto, shape, scale);
    else {
      const { fill = "ink", size, bold = false } = shape;
      const thick = size * scale * (bold ? 0.12 : 0.085);
      for (const points of strokesOf(shape)) {
        strokeLine(onto, points.map(scaled(scale)), Math.max(1, thick), colorOf(fill));
      }
    }
  }
  return onto;
}

type Point = readonly [x: number, y: number];

function scaled(scale: number): (point: Point) => Point {
  return ([x, y]) => [x * scale, y * scale];
}

function colorOf(paint: Paint): Rgb {
  return rgb(paint.startsWith("#") ? paint : paints[paint as keyof typeof paints]);
}

function fillBox(onto: Pixels, { x, y, width, height, fill }: Box, scale: number): void {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map((value) => value * scale) as [
    number, number, number, number,
  ];
  const color = colorOf(fill);
  const span = (from: number, to: number, pixel: number): number =>
    Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel));
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(onto.height, bottom); row++) {
    for (let column = Math.max(0, Math.floor(left)); column < Math.min(onto.width, right); column++) {
      blend(onto, column, row, color, span(left, right, column) * span(top, bottom, row));
    }
  }
}

function drawInset(onto: Pixels, { x, y, width, height, image }: Inset, scale: number): void {
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const fitted = resize(image, across, down);
  const [left, top] = [Math.round(x * scale), Math.round(y * scale)];
  for (let row = Math.max(0, -top); row < Math.min(down, onto.height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(across, onto.width - left); column++) {
      const at = (row * across + column) * 4;
      const color: Rgb = [fitted.data[at]!, fitted.data[at + 1]!, fitted.data[at + 2]!];
      blend(onto, left + column, top + row, color, fitted.data[at + 3]! / 255);
    }
  }
}

function drawPath(onto: Pixels, path: Path, scale: number): void {
  const { points, stroke, width = 1, dashed = false, filled = false } = path;
  if (filled) return fillPolygon(onto, points.map(scaled(scale)), colorOf(stroke));
  const lines = dashed ? dashes(points, 3) : [points];
  for (const line of lines) strokeLine(onto, line.map(scaled(scale)), Math.max(1, width * scale), colorOf(stroke));
}

/** Pieces of a line, `length` long and as far apart. */
function dashes(points: readonly Point[], length: number): readonly (readonly Point[])[] {
  const pieces: Point[][] = [];
  let done = 0;
  for (let i = 1; i < points.length; i++) {
    const [[x0, y0], [x1, y1]] = [points[i - 1]!, points[i]!];
    const span = Math.hypot(x1 - x0, y1 - y0);
    for (let from = 0; from < span; from = (Math.floor((done + from) / length) + 1) * length - done) {
      if (Math.floor((done + from) / length) % 2 !== 0) continue;
      const to = Math.min(span, (Math.floor((done + from) / length) + 1) * length - done);
      const at = (share: number): Point => [x0 + ((x1 - x0) * share) / span, y0 + ((y1 - y0) * share) / span];
      pieces.push([at(from), at(to)]);
    }
    done += span;
  }
  return pieces;
}

/** What lies within, by the rule of even and odd crossings; four lines a pixel, exact along each of them. */
function fillPolygon(onto: Pixels, points: readonly Point[], color: Rgb): void {
  const lines = 4;
  const ys = points.map(([, y]) => y);
  const top = Math.max(0, Math.floor(ys.reduce((least, y) => Math.min(least, y), Infinity)));
  const bottom = Math.min(onto.height, Math.ceil(ys.reduce((most, y) => Math.max(most, y), 0)));
  for (let row = top; row < bottom; row++) {
    const cover = new Float64Array(onto.width);
    for (let line = 0; line < lines; line++) {
      const y = row + (line + 0.5) / lines;
      const crossings = points.flatMap(([x0, y0], i) => {
        const [x1, y1] = points[(i + 1) % points.length]!;
        return (y0 <= y) === (y1 <= y) ? [] : [x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)];
      }).sort((a, b) => a - b);
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const [from, to] = [Math.max(0, crossings[k]!), Math.min(onto.width, crossings[k + 1]!)];
        for (let x = Math.floor(from); x < to; x++) {
          cover[x]! += Math.max(0, Math.min(to, x + 1) - Math.max(from, x)) / lines;
        }
      }
    }
    cover.forEach((share, x) => {
      if (share > 0) blend(onto, x, row, color, Math.min(1, share));
    });
  }
}
