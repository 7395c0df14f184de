/** Points in a plane, coloured by the group they are in. */
import { Drawing } from "../drawing/drawing.ts";
import type { Box, Paint } from "../drawing/shape.ts";
import { checkListOf } from "../relevant.ts";

/** One point. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Points of a group share a colour. */
  readonly group: number;
  /** Shown where a pointer rests on it. */
  readonly name?: string;
}

const COLORS: readonly Paint[] =
  ["#3a86c8", "#d9542b", "#3f9b5c", "#9a5fc5", "#b8860b", "#149a9c", "#d9609a", "#7a8594"];
const [EDGE, POINT] = [10, 6];

/** Draws points in a square of so many pixels; axes have no unit, so none are drawn. */
export function scatter(points: readonly ScatterPoint[], size = 260): Drawing {
  checkListOf("scatter", "points", points);
  const range = (of: (point: ScatterPoint) => number): readonly [low: number, width: number] => {
    const [low, high] = points.reduce<readonly [number, number]>(
      ([least, most], point) => [Math.min(least, of(point)), Math.max(most, of(point))], [Infinity, -Infinity],
    );
    return [low, high > low ? high - low : 1];
  };
  const [[left, wide], [top, high]] = [range(({ x }) => x), range(({ y }) => y)];
  const place = (value: number): number => EDGE + value * (size - 2 * EDGE) - POINT / 2;
  const boxes = points.map(({ x, y, group, name }): Box => ({
    kind: "box", x: place((x - left) / wide), y: place((y - top) / high), width: POINT, height: POINT,
    fill: COLORS[group % COLORS.length]!, ...(name !== undefined && { title: name }),
  }));
  const corners = [[0.5, 0.5], [size - 0.5, 0.5], [size - 0.5, size - 0.5], [0.5, size - 0.5], [0.5, 0.5]] as const;
  const groups = new Set(points.map(({ group }) => group)).size;
  const alt = `a map of ${points.length} samples in ${groups} ${groups === 1 ? "group" : "groups"}`;
  return new Drawing(size, size, [{ kind: "path", points: corners, stroke: "line" }, ...boxes], alt);
}
