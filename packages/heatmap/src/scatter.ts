/** Points in a plane, coloured by the group they are in. */
import { escapeHtml } from "./html.ts";

/** One point. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Points of a group share a colour. */
  readonly group: number;
  /** Shown where a pointer rests on it. */
  readonly name?: string;
}

const COLORS = ["#0b6fb8", "#c8381e", "#2f8f4e", "#8a4fb5", "#b8860b", "#0f8b8d", "#d0568f", "#5a5a5a"];

/** Draws points in a square of so many pixels; axes have no unit, so none are drawn. */
export function scatter(points: readonly ScatterPoint[], size = 260): string {
  const range = (of: (point: ScatterPoint) => number): readonly [low: number, width: number] => {
    const [low, high] = points.reduce<readonly [number, number]>(
      ([least, most], point) => [Math.min(least, of(point)), Math.max(most, of(point))], [Infinity, -Infinity],
    );
    return [low, high > low ? high - low : 1];
  };
  const [[left, wide], [top, high]] = [range(({ x }) => x), range(({ y }) => y)];
  const place = (value: number): string => (8 + value * (size - 16)).toFixed(1);
  const dots = points.map(({ x, y, group, name = "" }) =>
    `<circle cx="${place((x - left) / wide)}" cy="${place((y - top) / high)}" r="3" fill-opacity="0.7" ` +
    `fill="${COLORS[group % COLORS.length]!}">${name === "" ? "" : `<title>${escapeHtml(name)}</title>`}</circle>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}">` +
    `<rect width="${size}" height="${size}" fill="#fafafa"/>${dots.join("")}</svg>`;
}
