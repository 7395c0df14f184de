/** One channel of a picture at other extents. */

/** The plane `[height, width]` as `[toHeight, toWidth]`, columns first, then rows, by a triangle filter. */
export function resizePlane(
  plane: Float32Array, height: number, width: number, toHeight: number, toWidth: number,
): Float32Array {
  const [across, down] = [filter(width, toWidth), filter(height, toHeight)];
  const wide = new Float64Array(height * toWidth);
  across.forEach(({ from, weights }, column) => {
    for (let row = 0; row < height; row++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * plane[row * width + from + i]!;
      wide[row * toWidth + column] = sum;
    }
  });
  const result = new Float32Array(toHeight * toWidth);
  down.forEach(({ from, weights }, row) => {
    for (let column = 0; column < toWidth; column++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * wide[(from + i) * toWidth + column]!;
      result[row * toWidth + column] = sum;
    }
  });
  return result;
}

interface Taps {
  readonly from: number;
  readonly weights: Float64Array;
}

/** Per new position: which old ones it is the mean of. Shrinking widens the triangle, so that none is left out. */
function filter(extent: number, to: number): readonly Taps[] {
  const scale = extent / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, position) => {
    const center = (position + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(extent, Math.trunc(center + reach + 0.5));
    const weights = Float64Array.from({ length: end - from }, (_, i) =>
      Math.max(0, 1 - Math.abs((from + i - center + 0.5) / reach)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { from, weights: weights.map((weight) => weight / total) };
  });
}
