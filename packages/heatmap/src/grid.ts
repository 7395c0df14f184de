/** Pictures of one size side by side. */
import { blank, owned, paste, type Color, type Image, type Pixels } from "./image/image.ts";

/** Rows of `columns` pictures with `gap` pixels between them; places left over show the background. */
export function grid(tiles: readonly Image[], columns: number, gap: number, background: Color): Pixels {
  const [first] = tiles;
  if (first === undefined || tiles.some(({ width, height }) => width !== first.width || height !== first.height)) {
    const got = tiles.map(({ width, height }) => `${width} × ${height}`).join(", ");
    throw new RangeError(`grid: takes pictures of one size, got ${got}`);
  }
  if (!Number.isInteger(columns) || columns < 1 || !Number.isInteger(gap) || gap < 0) {
    throw new RangeError(`grid: takes at least 1 column and a gap of at least 0, got ${columns} and ${gap}`);
  }
  if (tiles.length === 1) return owned(first);
  const across = Math.min(columns, tiles.length);
  const rows = Math.ceil(tiles.length / across);
  const [width, height] = [first.width + gap, first.height + gap];
  const out = blank(across * width - gap, rows * height - gap, background);
  tiles.forEach((tile, i) => paste(tile, out, (i % across) * width, Math.floor(i / across) * height));
  return out;
}
