/** How Winograd's tiles lie on the planes of a convolution. */
import { paddedBy, volume, type Orientation, type PaddedSource, type Purpose } from "../orientation.ts";

/** The tiles of some samples, with all that is said of them in words. */
interface Tiles {
  /** Outputs of a tile in either direction. */
  readonly m: 2 | 4;
  /** The source with the zeros that tiles reach into. */
  readonly place: PaddedSource;
  /** The number of samples. */
  readonly batch: number;
  /** Panels of eight tiles. */
  readonly panels: number;
  /** The groups of four tiles, one behind the other, as `winograd-words` lays them out. */
  readonly groups: readonly number[];
}

/** The tiles of as many samples as are taken at once; what fills up the last panel writes nothing. */
export function tiled({ geometry }: Purpose, { source, target, rows, channels, passes: [pass] }: Orientation): Tiles {
  const [, height, width] = target;
  const m = tileFor(height, width);
  const [down, across] = [Math.ceil(height / m), Math.ceil(width / m)];

  // The first tile starts where the first window does, the last one may end beyond the last.
  const shifts = pass!.map(({ taps }) => taps[0]!.shift);
  const reached = [1, m * down + 2, m * across + 2];
  const place = paddedBy(source, source.map((extent, axis): [number, number] =>
    [Math.max(0, -shifts[axis]!), Math.max(0, shifts[axis]! + reached[axis]! - extent)]));
  const [plane, line] = [volume(place.extent), place.extent[2]];
  // A divisor of the batch, for 16 MB at most.
  let batch = Math.max(1, Math.min(geometry.batch, Math.floor((1 << 22) / (channels * plane))));
  while (geometry.batch % batch !== 0) batch--;
  const first = Math.max(0, shifts[1]!) * line + Math.max(0, shifts[2]!);

  const count = batch * down * across;
  const tile = (index: number): Tile => {
    // What there is not reads what the first tile does.
    const there = Number(index < count);
    const i = there * index;
    const [n, y, x] = [Math.floor(i / (down * across)), Math.floor(i / across) % down, i % across];
    const at = first + m * (y * line + x);
    const out = (n * rows * height + m * y) * width + m * x;
    return [
      4 * (n * channels * plane + at), 4 * (2 * n * plane + at), 4 * out,
      there * (width - m * x), there * (height - m * y),
    ];
  };
  const panels = Math.ceil(count / 8);
  const groups = Array.from({ length: 2 * panels }, (_, group) => {
    const four = [0, 1, 2, 3].map((lane) => tile(4 * group + lane));
    const bits = four.map(([, , , columns, lines]) => inside(m, columns, lines));
    return [Number(bits.every((all) => all + 1 === 2 ** m ** 2)), ...bits, ...four.flat()];
  }).flat();
  return { m, place, batch, panels, groups };
}

/** Where a tile and its energies are read, where it is written, and how many columns and rows of it lie inside. */
type Tile = readonly [x: number, energies: number, out: number, columns: number, rows: number];

// Transforming a weight takes as long as so many products with it.
const transforming = 4;

/**
 * The size of tiles with which the fewest products are computed, those beside the output among them. It does not depend
 * on the batch, so that each sample gets the bits it gets alone.
 */
function tileFor(height: number, width: number): 2 | 4 {
  const cost = (m: number): number => {
    const columns = 8 * Math.ceil((Math.ceil(height / m) * Math.ceil(width / m)) / 8);
    return (m + 2) ** 2 * (columns + transforming);
  };
  return cost(4) < cost(2) ? 4 : 2;
}

/** Which outputs of a tile lie inside: a bit each, the first output's the highest. */
function inside(m: number, columns: number, rows: number): number {
  let bits = 0;
  for (let place = 0; place < m * m; place++) {
    bits = 2 * bits + Number(place % m < columns && Math.floor(place / m) < rows);
  }
  return bits;
}
