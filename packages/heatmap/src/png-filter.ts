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
 * tends to compress best; the first of equals.
 */
export function filterRows(pixels: Uint8Array, stride: number, step: number): Uint8Array {
  const rows = pixels.length / stride;
  const out = new Uint8Array(rows * (stride + 1));
  let above: Uint8Array = new Uint8Array(stride);
  const attempt = new Uint8Array(stride);
  for (let y = 0; y < rows; y++) {
    const row = pixels.subarray(y * stride, (y + 1) * stride);
    let least = Infinity;
    for (let filter = 0; filter < FILTERS; filter++) {
      filterRow(filter, row, above, step, attempt);
      const cost = attempt.reduce((total, byte) => total + (byte < 128 ? byte : 256 - byte), 0);
      if (cost >= least) continue;
      least = cost;
      out[y * (stride + 1)] = filter;
      out.set(attempt, y * (stride + 1) + 1);
    }
    above = row;
  }
  return out;
}
