/** Does hiding several units change the score by as much as their relevance adds up to? */
import { optionsOf } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import { pearson, spearman } from "../result/correlation.ts";
import { meanOf } from "../result/interval.ts";
import type { Metric, Subject } from "./metric.ts";

/** What `sensitivityN` may be given. */
export interface SensitivityOptions {
  /** How many units are hidden together; 8 sizes by default, from 1 to 80 % of the units, each times as many. */
  readonly sizes?: readonly number[];
  /** Random subsets of each size; 64 by default. */
  readonly subsets?: number;
}

/**
 * The correlation of `Σ_{u∈S} R_u` and `f(x) − f(x∖S)` over random subsets S of one size, mean over the sizes (Ancona
 * et al. 2018); of a single size it is faithfulness correlation (Bhatt et al. 2020). By ranks too.
 */
export function sensitivityN(options: SensitivityOptions = {}): Metric {
  const { sizes, subsets = 64 } = optionsOf("sensitivityN", options);
  if (!Number.isInteger(subsets) || subsets < 2) {
    throw new RangeError(`sensitivityN: takes subsets >= 2, got ${subsets}`);
  }
  return {
    scores: [{ name: "sensitivityN", better: "higher" }, { name: "sensitivityNRank", better: "higher" }],
    settings: `${subsets} subsets of ${sizes === undefined ? "8 sizes" : sizes.join(", ")}`,
    of: (subject) => {
      const { count } = subject.masked.units;
      const correlations = (sizes ?? usualSizes(count)).map((size) => {
        if (!Number.isInteger(size) || size < 1 || size > count) {
          throw new RangeError(`sensitivityN: takes sizes from 1 to ${count}, got ${size}`);
        }
        const { sums, falls } = hiddenSubsets(subject, size, subsets);
        return [pearson(sums, falls), spearman(sums, falls)] as const;
      });
      return [0, 1].map((kind) => {
        const defined = correlations.flatMap((both) => both[kind] ?? []);
        return defined.length === 0 ? undefined : meanOf(defined);
      });
    },
  };
}

function hiddenSubsets(
  { masked, ofUnits, seed }: Subject, size: number, subsets: number,
): { readonly sums: readonly number[]; readonly falls: readonly number[] } {
  const { units: { count }, sample: { id }, whole } = masked;
  const chosen = Array.from({ length: subsets }, (_, draw) =>
    shuffled(count, randomFor(seed, id, "sensitivityN", size, draw)).subarray(0, size));
  const outcomes = masked.outcomes(subsets, (k) => {
    const mask = new Uint8Array(count);
    for (const unit of chosen[k]!) mask[unit] = 1;
    return mask;
  });
  return {
    sums: chosen.map((units) => units.reduce((sum, unit) => sum + ofUnits[unit]!, 0)),
    falls: outcomes.map(({ score }) => whole.score - score),
  };
}

/** Eight sizes, each about as many times the one before, from 1 to 80 % of the units. */
function usualSizes(count: number): readonly number[] {
  const most = Math.max(1, Math.floor(0.8 * count));
  return [...new Set(Array.from({ length: 8 }, (_, i) => Math.round(most ** (i / 7))))];
}
