/** Curves in one frame, as a drawing or as pixels. */
import { optionsOf, type Abortable } from "@relprop/tensor";
import { escapeXml } from "../drawing/html.ts";
import { blank, rgb, type Pixels } from "../image/image.ts";
import { formatNumber } from "../picture/legend.ts";
import { encodePng } from "../files/png-encode.ts";
import { drawText, fill, textWidth } from "../drawing/text.ts";
import { checkListOf } from "../relevant.ts";

/** One curve: y at equally distant x from 0 to 1. */
export interface LineSeries {
  /** Beside the frame; an empty one is not listed. */
  readonly name: string;
  readonly values: readonly number[];
  /** Curves of the same number have the same colour; a colour of its own unless given. */
  readonly color?: number;
  readonly dashed?: boolean;
}

/** What a chart says, and how large it is. */
export interface LineChartOptions {
  /** Above the frame. */
  readonly title?: string;
  /** Below the frame: what goes from 0 to 1. */
  readonly x?: string;
  /** In pixels, legend included; 640 by default. */
  readonly width?: number;
  /** In pixels; 360 by default. */
  readonly height?: number;
}

const COLORS = ["#0b6fb8", "#c8381e", "#2f8f4e", "#8a4fb5", "#b8860b", "#0f8b8d", "#d0568f", "#5a5a5a"];

/** A chart that was laid out. */
export interface LineChart {
  /** A drawing of its own, for pages and files. */
  svg(): string;
  pixels(): Pixels;
  png(options?: Abortable): Promise<Uint8Array<ArrayBuffer>>;
}

/** Lays out curves; throws a `RangeError` where there is none, or one with fewer than two finite values. */
export function lineChart(series: readonly LineSeries[], options: LineChartOptions = {}): LineChart {
  optionsOf("lineChart", options);
  const frame = frameOf(series, options);
  return {
    svg: () => svgOf(series, frame, options),
    pixels: () => pixelsOf(series, frame, options),
    png: (abortable = {}) => encodePng(pixelsOf(series, frame, options), abortable),
  };
}

/** Where everything stands. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Numbers at the left edge. */
  readonly ticks: readonly number[];
  at(share: number, value: number): readonly [x: number, y: number];
}

function frameOf(series: readonly LineSeries[], { width = 640, height = 360, title, x }: LineChartOptions): Frame {
  checkListOf("lineChart", "curves", series);
  if (series.length === 0) throw new RangeError("lineChart: takes at least one curve, got none");
  for (const { name, values } of series) {
    if (!Array.isArray(values) || values.length < 2 || !values.every(Number.isFinite)) {
      throw new RangeError(`lineChart: takes curves of two or more finite values, got "${name}"`);
    }
  }
  const [least, most] = series.flatMap(({ values }) => values).reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity],
  );
  const ticks = ticksOf(least, most === least ? least + 1 : most);
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const legend = 24 + series.reduce((wide, { name }) => Math.max(wide, textWidth(name)), 0);
  const [left, right] = [
    8 + ticks.reduce((wide, tick) => Math.max(wide, textWidth(formatNumber(tick))), 0), width - legend - 12,
  ];
  const [top, bottom] = [title === undefined ? 10 : 26, height - (x === undefined ? 20 : 34)];
  if (right - left < 40 || bottom - top < 40) {
    throw new RangeError(`lineChart: takes a width and height with room for curves, got ${width} × ${height}`);
  }
  const at = (share: number, value: number): readonly [number, number] =>
    [left + share * (right - left), bottom - ((value - low) / (high - low)) * (bottom - top)];
  return { width, height, left, right, top, bottom, ticks, at };
}

/** Four to eight round numbers around a range. */
function ticksOf(low: number, high: number): readonly number[] {
  const rough = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((size) => size >= rough)!;
  const [from, to] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}

const SHARES = [0, 0.25, 0.5, 0.75, 1];

function svgOf(series: readonly LineSeries[], frame: Frame, { title, x }: LineChartOptions): string {
  const { width, height, left, right, top, bottom, ticks, at } = frame;
  const text = (words: string, atX: number, atY: number, anchor: string): string =>
    `<text x="${round(atX)}" y="${round(atY)}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
  const grid = ticks.map((tick) => {
    const [, y] = at(0, tick);
    return `<path d="M${left} ${round(y)}H${right}" stroke="#ddd"/>${text(formatNumber(tick), left - 4, y + 4, "end")}`;
  });
  const shares = SHARES.map((share) => text(String(share), at(share, 0)[0], bottom + 14, "middle"));
  const rows = rowsOf(series);
  const curves = series.map(({ name, values, color: group, dashed = false }, i) => {
    const points = values.map((value, k) => at(k / (values.length - 1), value).map(round).join(" ")).join("L");
    const [color, y] = [colorOf(group ?? i), top + 8 + 16 * rows[i]!];
    const dash = dashed ? ' stroke-dasharray="5 3"' : "";
    const drawn = `<path d="M${points}" fill="none" stroke="${color}" stroke-width="1.8"${dash}/>`;
    if (name === "") return drawn;
    return `${drawn}<path d="M${right + 8} ${y}h12" stroke="${color}" stroke-width="2.5"${dash}/>` +
      text(name, right + 24, y + 4, "start");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" font-family="sans-serif" font-size="11" fill="#333">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>` +
    `${title === undefined ? "" : text(title, left, 16, "start")}${grid.join("")}${shares.join("")}` +
    `${x === undefined ? "" : text(x, (left + right) / 2, height - 6, "middle")}${curves.join("")}</svg>\n`;
}

function pixelsOf(series: readonly LineSeries[], frame: Frame, { title, x }: LineChartOptions): Pixels {
  const { width, height, left, right, top, bottom, ticks, at } = frame;
  const image = blank(width, height, "#fff");
  if (title !== undefined) drawText(image, title, left, 8, "#333");
  for (const tick of ticks) {
    const y = Math.round(at(0, tick)[1]);
    fill(image, left, y, right - left, 1, "#ddd");
    const label = formatNumber(tick);
    drawText(image, label, left - 4 - textWidth(label), y - 3, "#333");
  }
  for (const share of SHARES) {
    drawText(image, String(share), Math.round(at(share, 0)[0] - textWidth(String(share)) / 2), bottom + 6, "#333");
  }
  if (x !== undefined) drawText(image, x, Math.round((left + right - textWidth(x)) / 2), height - 14, "#333");
  const rows = rowsOf(series);
  series.forEach(({ name, values, color: group, dashed = false }, i) => {
    const color = rgb(colorOf(group ?? i));
    const points = values.map((value, k) => at(k / (values.length - 1), value));
    let drawn = 0;
    points.slice(1).forEach(([toX, toY], k) => {
      const [fromX, fromY] = points[k]!;
      const steps = Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1));
      for (let step = 0; step <= steps; step++) {
        if (dashed && (drawn++ >> 2) % 2 === 1) continue;
        const share = step / steps;
        fill(image, Math.round(fromX + share * (toX - fromX)), Math.round(fromY + share * (toY - fromY)), 2, 2, color);
      }
    });
    if (name === "") return;
    const y = top + 8 + 16 * rows[i]!;
    fill(image, right + 8, y, 12, 2, color);
    drawText(image, name, right + 24, y - 3, "#333");
  });
  return image;
}

function colorOf(number: number): string {
  return COLORS[number % COLORS.length]!;
}

/** The line of the legend that each curve has. */
function rowsOf(series: readonly LineSeries[]): readonly number[] {
  let next = 0;
  return series.map(({ name }) => (name === "" ? next : next++));
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
