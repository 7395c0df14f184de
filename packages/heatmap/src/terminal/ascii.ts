/** Relevance in plain characters, for terminals and logs without colour. */
import type { Plane } from "../picture/reduce.ts";

/** The characters from the lower end of a colour map to the upper, with the blank in the middle or at the lower end. */
export function asciiRamp(signed: boolean): string {
  return signed ? "N=- +*#" : " .:+*#@";
}

/**
 * Positions from 0 to 1 as characters, each the average of two pixels one above the other, or of more where the plane
 * is wider than `width`. With `signed`, 0.5 is a blank, what lies above it `+*#` and below it `-=N`. A pixel that is
 * not finite makes its character a `?`.
 */
export function ascii(positions: Plane, width: number, signed: boolean): string {
  const ramp = asciiRamp(signed);
  const step = Math.max(1, positions.width / width);
  const columns = Math.round(positions.width / step);
  const rows = Math.max(1, Math.ceil(positions.height / (2 * step) - 1e-9));
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => {
      const mean = meanOf(positions, x * step, (x + 1) * step, y * 2 * step, (y + 1) * 2 * step);
      return ramp[Math.round(mean * (ramp.length - 1))] ?? "?";
    }).join("").trimEnd(),
  ).join("\n");
}

/** The mean of the pixels that begin within the given bounds; of the last one where none does. */
function meanOf(plane: Plane, left: number, right: number, top: number, bottom: number): number {
  let [total, count] = [0, 0];
  for (let y = Math.ceil(top - 1e-9); y < Math.min(plane.height, bottom - 1e-9); y++) {
    for (let x = Math.ceil(left - 1e-9); x < Math.min(plane.width, right - 1e-9); x++) {
      total += plane.values[y * plane.width + x]!;
      count++;
    }
  }
  return total / count;
}
