/** Colour bars: which number each colour stands for. */
import { optionsOf } from "@relprop/tensor";
import { colorMap, type ColorMap } from "./color-map.ts";
import { blank, type Color, type Pixels } from "../image/image.ts";
import type { Range } from "./normalize.ts";
import { drawText, fill, LINE_HEIGHT, textWidth } from "../drawing/text.ts";

/** How a colour bar looks. */
export interface LegendOptions {
  /** `redBlue` unless given. */
  readonly colors?: ColorMap;
  /** The least width in pixels; more where the numbers need it. 128 unless given. */
  readonly width?: number;
  /** The enlargement of the text and the bar; 1 unless given. */
  readonly scale?: number;
  /** White unless given. */
  readonly background?: Color;
}

/** The numbers at a bar's left end, where 0 lies if it does, and at the right end. */
export interface LegendLabels {
  readonly low: string;
  readonly zero?: string;
  readonly high: string;
  /** Where 0 lies, from 0 to 1. */
  readonly at?: number;
}

/** The labels of one range; of several that differ, words in place of numbers. */
export function legendLabels(ranges: readonly Range[]): LegendLabels {
  const [first] = ranges as readonly [Range, ...Range[]];
  const same = ranges.every(({ low, high }) => low === first.low && high === first.high);
  if (!same) {
    const centered = ranges.every(({ low, high }) => low === -high);
    return centered ? { low: "-max", zero: "0", high: "max", at: 0.5 } : { low: "min", high: "max" };
  }
  const { low, high } = first;
  const labels = { low: formatNumber(low), high: formatNumber(high) };
  return low < 0 && high > 0 ? { ...labels, zero: "0", at: -low / (high - low) } : labels;
}

/** A bar of all colours from left to right, the numbers under it. */
export function legend(labels: LegendLabels, options: LegendOptions = {}): Pixels {
  const { colors = "redBlue", scale = 1, background = "#ffffff" } = optionsOf("legend", options);
  const [left, right] = [textWidth(labels.low, scale), textWidth(labels.high, scale)];
  const gap = 6 * scale;
  const width = Math.max(options.width ?? 128, left + gap + right);
  const bar = 8 * scale;
  const image = blank(width, bar + (LINE_HEIGHT + 2) * scale, background);
  const colorize = colorMap(colors);
  for (let x = 0; x < width; x++) fill(image, x, 0, 1, bar, colorize(width === 1 ? 0.5 : x / (width - 1)));

  const y = bar + 3 * scale;
  drawText(image, labels.low, 0, y, "#333", scale);
  drawText(image, labels.high, width - right, y, "#333", scale);
  const { zero, at } = labels;
  if (zero !== undefined && at !== undefined) {
    const middle = textWidth(zero, scale);
    const x = Math.round(at * (width - 1) - (middle - 1) / 2);
    const free = x >= left + gap && x + middle <= width - right - gap;
    if (free) drawText(image, zero, x, y, "#333", scale);
  }
  return image;
}

/** Three significant digits, no more zeros than needed. */
export function formatNumber(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}
