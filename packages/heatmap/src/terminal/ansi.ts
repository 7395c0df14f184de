/** Pictures in a terminal: two pixels a character, one above the other. */
import { optionsOf } from "@relprop/tensor";
import { colorCode, type ColorDepth } from "./ansi-color.ts";
import { checkImage, flatten, type Image, type Rgb } from "../image/image.ts";
import { resize } from "../image/resize.ts";

/** How a terminal is written to. */
export interface AnsiOptions {
  /** The most characters a line may have; wider pictures shrink. 80 unless given. */
  readonly width?: number;
  /** Bits of colour the terminal knows: 24 (default), 8 for the 256-colour palette, 4 for 16 colours, 0 for none. */
  readonly depth?: ColorDepth;
}

/** From dark to bright. */
const RAMP = " .:-=+*#%@";

const RESET = "\x1b[0m";

/**
 * The picture in half blocks: the foreground of each `▀` is the upper pixel, its background the lower one. Every line
 * ends in a reset. At depth 0 each character stands for the brightness of two pixels. Transparency becomes white.
 */
export function ansi(image: Image, options: AnsiOptions = {}): string {
  optionsOf("ansi", options);
  checkImage("ansi", image);
  const { width, depth } = checkAnsi(options);
  const factor = Math.min(1, width / image.width);
  const extent = (from: number): number => Math.max(1, Math.round(from * factor));
  const small = flatten(resize(image, extent(image.width), extent(image.height)));
  const lines: string[] = [];
  for (let y = 0; y < small.height; y += 2) lines.push(depth === 0 ? plain(small, y) : colored(small, y, depth));
  return lines.join("\n");
}

/** The options with their defaults; throws a `RangeError` for what no terminal has. */
export function checkAnsi(options: AnsiOptions): Required<AnsiOptions> {
  const { width = 80, depth = 24 } = options;
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`ansi: takes a width of at least 1 character, got ${width}`);
  }
  if (![24, 8, 4, 0].includes(depth)) throw new RangeError(`ansi: takes a depth of 24, 8, 4 or 0, got ${depth}`);
  return { width, depth };
}

function colored(image: Image, y: number, depth: Exclude<ColorDepth, 0>): string {
  const code = (row: number, x: number, ground: "ink" | "paper"): string =>
    colorCode(colorAt(image, x, row), depth, ground);
  const last = y + 1 === image.height;
  let [line, above, below] = ["", "", last ? "49" : ""];
  for (let x = 0; x < image.width; x++) {
    const [upper, lower] = [code(y, x, "ink"), last ? "49" : code(y + 1, x, "paper")];
    const changes = [...(upper === above ? [] : [upper]), ...(lower === below ? [] : [lower])];
    line += changes.length > 0 ? `\x1b[${changes.join(";")}m▀` : "▀";
    [above, below] = [upper, lower];
  }
  return line + RESET;
}

function colorAt({ data, width }: Image, x: number, y: number): Rgb {
  const at = (y * width + x) * 4;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

function plain({ data, width, height }: Image, y: number): string {
  const brightness = (x: number, row: number): number => {
    const at = (row * width + x) * 4;
    return (299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) / 255_000;
  };
  const below = Math.min(y + 1, height - 1);
  return Array.from({ length: width }, (_, x) =>
    RAMP[Math.round(((brightness(x, y) + brightness(x, below)) / 2) * (RAMP.length - 1))]!,
  ).join("").trimEnd();
}
