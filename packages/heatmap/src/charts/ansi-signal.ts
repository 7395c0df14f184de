/** Relevance along a signal in a terminal: columns above an axis and below it. */
import { optionsOf } from "@relprop/tensor";
import { AGAINST, FOR } from "./ansi-bars.ts";
import { inColor, type ColorDepth } from "../terminal/ansi-color.ts";
import { checkAnsi, type AnsiOptions } from "../terminal/ansi.ts";
import { signed } from "../picture/signed-number.ts";

/** Lines above the axis, and as many below it. */
const HEIGHT = 4;

/**
 * Columns, each the sum over the steps it stands for, what speaks for the output upwards and what speaks against it
 * downwards; under them where the signal begins and ends, and the largest column.
 */
export function ansiSignal(relevance: ArrayLike<number>, options: AnsiOptions = {}): string {
  optionsOf("ansiSignal", options);
  if (typeof relevance !== "object" || relevance === null) {
    throw new TypeError(`ansiSignal: takes numbers, got ${String(relevance)}`);
  }
  const { width, depth } = checkAnsi(options);
  const count = Math.min(relevance.length, width);
  const columns = new Float64Array(count);
  for (let i = 0; i < relevance.length; i++) {
    columns[Math.floor((i * count) / relevance.length)]! += relevance[i]!;
  }
  const limit = columns.reduce((most, each) => Math.max(most, Number.isFinite(each) ? Math.abs(each) : 0), 0) || 1;
  const halves = Array.from(columns, (each) => Math.round((2 * HEIGHT * each) / limit));
  const wide = Math.max(1, Math.floor(Math.min(width, 64) / Math.max(1, count)));
  const line = (drawn: (half: number) => string): string =>
    halves.map((half) => drawn(half).repeat(wide)).join("").trimEnd();
  const [whole, upper, lower] = depth === 0 ? ["#", "'", "."] : ["█", "▀", "▄"];
  const lines: string[] = [];
  const block = (half: number, level: number, partly: string): string =>
    half >= 2 * level ? whole! : half === 2 * level - 1 ? partly : " ";
  for (let level = HEIGHT; level >= 1; level--) {
    lines.push(colored(line((half) => block(half, level, lower!)), true, depth));
  }
  lines.push((depth === 0 ? "-" : "─").repeat(count * wide));
  for (let level = 1; level <= HEIGHT; level++) {
    lines.push(colored(line((half) => block(-half, level, upper!)), false, depth));
  }
  while (lines.at(-1) === "") lines.pop();
  while (lines[0] === "") lines.shift();
  const end = String(relevance.length - 1);
  const each = relevance.length === count ? "" : ` of ${(relevance.length / count).toFixed(1)} steps`;
  const axis = `0${end.padStart(Math.max(end.length + 1, count * wide - 1))}`;
  return [...lines, axis, `largest column ${signed(limit)}${each}`].join("\n");
}

function colored(line: string, above: boolean, depth: ColorDepth): string {
  return inColor(line, above ? FOR : AGAINST, depth);
}
