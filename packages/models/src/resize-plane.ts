/** One channel of a picture at other extents, or a part of it. */

/** What part of an axis at its new extent is made: from `from` to before `end`. */
export interface Stretch {
  /** The extent before. */
  readonly extent: number;
  /** The extent of the whole afterwards. */
  readonly to: number;
  readonly from: number;
  readonly end: number;
}

/**
 * The part `rows × columns` of a plane at other extents by a triangle filter, columns first, then rows. Takes memory
 * for the part, not for the whole, and reads what the part is made of.
 */
export function resizePlane(plane: Float32Array, rows: Stretch, columns: Stretch): Float32Array {
  const [down, across] = [filter(rows), filter(columns)];
  const width = across.length;
  const [sums, line] = [new Float64Array(down.length * width), new Float64Array(width)];
  // Each row of the plane goes to those of the part that it belongs to, which are next to each other.
  for (let row = down[0]?.from ?? 0, first = 0; first < down.length; row++) {
    across.forEach(({ from, weights }, column) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * plane[row * columns.extent + from + i]!;
      line[column] = sum;
    });
    for (let to = first; to < down.length && down[to]!.from <= row; to++) {
      const { from, weights } = down[to]!;
      const weight = weights[row - from]!;
      for (let column = 0; column < width; column++) sums[to * width + column]! += weight * line[column]!;
    }
    while (first < down.length && down[first]!.from + down[first]!.weights.length <= row + 1) first++;
  }
  return new Float32Array(sums);
}

interface Taps {
  readonly from: number;
  readonly weights: Float64Array;
}

/** Per new position: which old ones it is the mean of. Shrinking widens the triangle, so that none is left out. */
function filter({ extent, to, from: first, end: last }: Stretch): readonly Taps[] {
  const scale = extent / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: last - first }, (_, position) => {
    const center = (first + position + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(extent, Math.trunc(center + reach + 0.5));
    const weights = Float64Array.from({ length: end - from }, (_, i) =>
      Math.max(0, 1 - Math.abs((from + i - center + 0.5) / reach)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { from, weights: weights.map((weight) => weight / total) };
  });
}
