/** From numbers of any size to positions in a colour map, from 0 to 1. */

/** The numbers that stand at the two ends of a colour map. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Which range of relevance the colours span. All but the last put 0 in the middle, `−limit … limit`:
 * - `"symmetric"`: `limit = max |r|`;
 * - `{ percentile: p }`: `limit` is the p-th percentile of `|r|` (linear between neighbours), or `max |r|` where that
 *   percentile is 0; what lies beyond gets the colours at the ends, so that few large values do not pale all others;
 * - `{ limit }`: a limit of your own, to compare several pictures;
 * - `"extrema"`: from the smallest to the largest.
 *
 * NaN and infinities count nowhere.
 */
export type Normalization = "symmetric" | "extrema" | { readonly percentile: number } | { readonly limit: number };

/** The range of `values` under a normalisation. Where it would be empty, 0 (or the one value) stands in its middle. */
export function rangeOf(values: Float64Array, normalize: Normalization = "symmetric"): Range {
  if (typeof normalize === "object" && "limit" in normalize) {
    const { limit } = normalize;
    if (!(limit > 0 && limit < Infinity)) {
      throw new RangeError(`heatmap: takes a finite limit above 0, got ${limit}`);
    }
    return { low: -limit, high: limit };
  }
  const { low, high } = extremaOf(values);
  if (normalize === "extrema") return low < high ? { low, high } : around(low === high ? low : 0, 1);
  const largest = Math.max(0, -low, high);
  if (normalize === "symmetric") return around(0, largest || 1);
  if (typeof normalize !== "object" || !(normalize.percentile > 0 && normalize.percentile <= 100)) {
    const got = JSON.stringify(normalize);
    throw new RangeError(`heatmap: takes "symmetric", "extrema", a percentile in (0, 100] or a limit, got ${got}`);
  }
  const sizes = values.filter(Number.isFinite).map(Math.abs).sort();
  return around(0, percentileOf(sizes, normalize.percentile) || largest || 1);
}

/** The least and the largest of what is finite, in a plain loop: a picture has many values. */
function extremaOf(values: Float64Array): Range {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const r = values[i]!;
    if (!Number.isFinite(r)) continue;
    if (r < low) low = r;
    if (r > high) high = r;
  }
  return { low, high };
}

/** `(r − low) / (high − low)`, kept within 0 and 1; NaN for what is not finite. */
export function positionIn({ low, high }: Range, r: number): number {
  if (!Number.isFinite(r)) return NaN;
  return Math.min(1, Math.max(0, (r - low) / (high - low)));
}

function around(middle: number, limit: number): Range {
  return { low: middle - limit, high: middle + limit };
}

/** The p-th percentile of ascending numbers: `x[h]`, `h = (n − 1) p / 100`, linear between whole `h`; 0 of none. */
function percentileOf(ascending: Float64Array, p: number): number {
  const h = ((ascending.length - 1) * p) / 100;
  const below = ascending[Math.floor(h)] ?? 0;
  const above = ascending[Math.ceil(h)] ?? 0;
  return below + (above - below) * (h - Math.floor(h));
}
