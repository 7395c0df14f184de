/** Colours as terminals are told them: exactly, from a palette of 256, or from the sixteen that all of them have. */
import type { Rgb } from "../image/image.ts";

/** Bits of colour a terminal knows: 24, 8 for the palette of 256, 4 for sixteen colours, 0 for none. */
export type ColorDepth = 24 | 8 | 4 | 0;

/** The code for letters (`"ink"`) or what is behind them (`"paper"`) of a colour, as in `38;2;255;0;0`. */
export function colorCode(color: Rgb, depth: Exclude<ColorDepth, 0>, ground: "ink" | "paper"): string {
  const base = ground === "ink" ? 38 : 48;
  if (depth === 24) return `${base};2;${color[0]};${color[1]};${color[2]}`;
  if (depth === 8) return `${base};5;${paletteIndex(color)}`;
  const index = sixteenth(color);
  return String((index < 8 ? base - 8 : base + 44) + index);
}

/** The text in a colour; as it is where there is none. */
export function inColor(text: string, color: Rgb, depth: ColorDepth): string {
  return depth === 0 || text === "" ? text : `\x1b[${colorCode(color, depth, "ink")}m${text}\x1b[0m`;
}

/** The nearest colour of the 256: of the 6 × 6 × 6 cube, or of the 24 grays. */
export function paletteIndex(color: Rgb): number {
  const step = color.map((part) => (part < 48 ? 0 : Math.max(1, Math.floor((part - 35) / 40))));
  const gray = Math.min(23, Math.max(0, Math.round((color.reduce((sum, part) => sum + part, 0) / 3 - 8) / 10)));
  const cube = distance(color, step.map((each) => (each === 0 ? 0 : 55 + 40 * each)));
  if (distance(color, [0, 0, 0].map(() => 8 + 10 * gray)) < cube) return 232 + gray;
  return 16 + 36 * step[0]! + 6 * step[1]! + step[2]!;
}

/** The sixteen colours as most terminals show them: the dark ones, then the bright ones. */
const SIXTEEN: readonly Rgb[] = [
  [0, 0, 0], [170, 0, 0], [0, 170, 0], [170, 85, 0], [0, 0, 170], [170, 0, 170], [0, 170, 170], [170, 170, 170],
  [85, 85, 85], [255, 85, 85], [85, 255, 85], [255, 255, 85], [85, 85, 255], [255, 85, 255], [85, 255, 255],
  [255, 255, 255],
];

/** The nearest of the sixteen. */
function sixteenth(color: Rgb): number {
  let [best, least] = [0, Infinity];
  SIXTEEN.forEach((other, index) => {
    const far = distance(color, other);
    if (far < least) [best, least] = [index, far];
  });
  return best;
}

function distance(a: Rgb, b: readonly number[]): number {
  return a.reduce((sum, part, channel) => sum + (part - b[channel]!) ** 2, 0);
}
