/** PNG's five row filters: bytes are stored as differences from a prediction by those left, above and above left. */

/** The prediction of filter 4: whichever of left, above and above left is nearest to `left + above − aboveLeft`. */
export function paeth(left: number, above: number, aboveLeft: number): number {
  const estimate = left + above - aboveLeft;
  const [toLeft, toAbove] = [Math.abs(estimate - left), Math.abs(estimate - above)];
  const toAboveLeft = Math.abs(estimate - aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}

/** The predictions by filter number; anything outside the picture counts as 0. */
const predictions: readonly ((left: number, above: number, aboveLeft: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

/** How many filters there are. */
export const FILTERS = 5;

/**
 * `row[i] ← row[i] + prediction (mod 256)` in place. `step` is the distance in bytes to the same sample of the pixel
 * to the left (1 when pixels share a byte), `above` the row over it, already restored and of the same length.
 */
export function unfilterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  const predict = predictions[filter]!;
  const first = Math.min(step, row.length);
  for (let i = 0; i < first; i++) row[i]! += predict(0, above[i]!, 0);
  for (let i = first; i < row.length; i++) row[i]! += predict(row[i - step]!, above[i]!, above[i - step]!);
}

/** `out[i] ← row[i] − prediction (mod 256)`: the inverse of `unfilterRow`. */
export function filterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number, out: Uint8Array): void {
  const predict = predictions[filter]!;
  const first = Math.min(step, row.length);
  for (let i = 0; i < first; i++) out[i] = row[i]! - predict(0, above[i]!, 0);
  for (let i = first; i < row.length; i++) out[i] = row[i]! - predict(row[i - step]!, above[i]!, above[i - step]!);
}

/**
 * All rows with their filters in front: of the five results the one with the smallest `Σ |byte as signed|`, which
 * tends to compress best; of equals the one that looks up, then the lower number.
 */
export function filterRows(pixels: Uint8Array, stride: number, step: number): Uint8Array<ArrayBuffer> {
  const rows = pixels.length / stride;
  const out = new Uint8Array(rows * (stride + 1));
  let above: Uint8Array = new Uint8Array(stride);
  const attempt = new Uint8Array(stride);
  for (let y = 0; y < rows; y++) {
    const row = pixels.subarray(y * stride, (y + 1) * stride);
    let least = Infinity;
    for (const filter of [2, 0, 1, 3, 4]) {
      filterRow(filter, row, above, step, attempt);
      const cost = magnitude(attempt);
      if (cost >= least) continue;
      least = cost;
      out[y * (stride + 1)] = filter;
      out.set(attempt, y * (stride + 1) + 1);
      if (least === 0) break; // a row of an enlarged picture, most often
    }
    above = row;
  }
  return out;
}

/** `Σ |byte as signed|`. */
function magnitude(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i++) total += bytes[i]! < 128 ? bytes[i]! : 256 - bytes[i]!;
  return total;
}
