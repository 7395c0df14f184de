/** Pictures in other sizes. */
import { blank, checkImage, owned, type Image, type Pixels } from "./image.ts";

/**
 * The picture with other extents. Along an axis that shrinks each pixel is the average of the area it covers, weighted
 * by alpha; along one that grows each is its nearest neighbour, so that pixels stay visible as such.
 */
export function resize(image: Image, width: number, height: number): Pixels {
  checkImage("resize", image);
  if (image.width === width && image.height === height) return owned(image);
  const out = blank(width, height);
  const columns = cover(image.width, width);
  const rows = cover(image.height, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      average(image, columns[x]!, rows[y]!, out.data, (y * width + x) * 4);
    }
  }
  return out;
}

/** The largest whole enlargement that fits into a square of `side`; where the picture itself does not, it shrinks. */
export function fit(image: Image, side: number): Pixels {
  const longest = Math.max(image.width, image.height);
  const factor = side >= longest ? Math.floor(side / longest) : side / longest;
  const extent = (from: number): number => Math.max(1, Math.round(from * factor));
  return resize(image, extent(image.width), extent(image.height));
}

/** The pixels from `first` on that one pixel of the result covers, and how much of each. */
interface Cover {
  readonly first: number;
  readonly weights: readonly number[];
}

function cover(from: number, to: number): readonly Cover[] {
  return Array.from({ length: to }, (_, i) => {
    if (to >= from) return { first: Math.floor(((i + 0.5) * from) / to), weights: [1] };
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
    const first = Math.floor(start);
    const count = Math.min(from, Math.ceil(end)) - first;
    const weights = Array.from({ length: count }, (_, k) => Math.min(end, first + k + 1) - Math.max(start, first + k));
    return { first, weights };
  });
}

function average(image: Image, columns: Cover, rows: Cover, out: Uint8ClampedArray, to: number): void {
  let [red, green, blue, alpha, area] = [0, 0, 0, 0, 0];
  for (const [row, down] of rows.weights.entries()) {
    let at = ((rows.first + row) * image.width + columns.first) * 4;
    for (const across of columns.weights) {
      const weight = across * down;
      const opacity = weight * image.data[at + 3]!;
      red += opacity * image.data[at]!;
      green += opacity * image.data[at + 1]!;
      blue += opacity * image.data[at + 2]!;
      alpha += opacity;
      area += weight;
      at += 4;
    }
  }
  if (alpha === 0) return; // nothing visible: transparent, as it is
  out[to] = red / alpha;
  out[to + 1] = green / alpha;
  out[to + 2] = blue / alpha;
  out[to + 3] = alpha / area;
}
