/** Colour bars of drawings, with their numbers as text. */
import type { DrawnShape } from "../drawing/shape.ts";
import { fill } from "../drawing/text.ts";
import { blank } from "../image/image.ts";
import { colorMap, type ColorMap } from "./color-map.ts";
import type { LegendLabels } from "./legend.ts";

/** So many colours of a bar are drawn. */
const STEPS = 128;

/** A bar as wide as what stands above it, from this height on. */
export function scaleBar(
  { low, zero, high, at = 0.5 }: LegendLabels, colors: ColorMap,
  place: { readonly width: number; readonly top: number },
): { readonly shapes: readonly DrawnShape[]; readonly height: number } {
  const { width, top } = place;
  const size = Math.max(6, Math.min(14, width / 16));
  const colorize = colorMap(colors);
  const bar = blank(STEPS, 1);
  for (let x = 0; x < STEPS; x++) fill(bar, x, 0, 1, 1, colorize(x / (STEPS - 1)));
  const label = (text: string, x: number, anchor: "start" | "middle" | "end"): DrawnShape =>
    ({ kind: "label", text, x, y: top + 2.6 * size, size, anchor });
  // A zero near an end would stand in that end's number.
  const middle = zero !== undefined && at > 0.25 && at < 0.75 ? [label(zero, at * width, "middle")] : [];
  return {
    shapes: [
      { kind: "inset", x: 0, y: top + size / 2, width, height: size, image: bar },
      label(low, 0, "start"), ...middle, label(high, width, "end"),
    ],
    height: 3 * size,
  };
}
