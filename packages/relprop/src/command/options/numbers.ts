/** Lists of numbers on a command line. */
import { UsageError } from "../terminal.ts";

/** `0.5,0.5,0.5` as numbers; throws a `UsageError` for what is none. */
export function numbersOf(name: string, text: string): readonly number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (numbers.every(Number.isFinite)) return numbers;
  throw new UsageError(`--${name} takes numbers, as in 0.5,0.5,0.5, got "${text}"`);
}
