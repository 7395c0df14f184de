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
  const finite = values.filter(Number.isFinite);
  if (normalize === "extrema") {
    const low = finite.reduce((least, r) => Math.min(least, r), Infinity);
    const high = finite.reduce((most, r) => Math.max(most, r), -Infinity);
    return low < high ? { low, high } : around(finite[0] ?? 0, 1);
  }
  const sizes = finite.map(Math.abs);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (normalize === "symmetric") return around(0, largest || 1);
  if (typeof normalize !== "object" || !(normalize.percentile > 0 && normalize.percentile <= 100)) {
    const got = JSON.stringify(normalize);
    throw new RangeError(`heatmap: takes "symmetric", "extrema", a percentile in (0, 100] or a limit, got ${got}`);
  }
  return around(0, percentileOf(sizes.sort(), normalize.percentile) || largest || 1);
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
