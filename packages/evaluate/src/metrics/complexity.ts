/** How few units an explanation is about. */
import type { Metric } from "./metric.ts";

/** The Gini index of `|R|` over units: 0 where all have as much, near 1 where one has all (Chalasani et al. 2020). */
export function sparseness(): Metric {
  return {
    scores: [{ name: "sparseness", better: "higher" }],
    settings: "",
    of: ({ ofUnits }) => {
      const sorted = ofUnits.map(Math.abs).sort();
      const total = sorted.reduce((sum, value) => sum + value, 0);
      if (total === 0) return [undefined];
      const weighed = sorted.reduce((sum, value, i) => sum + (2 * (i + 1) - sorted.length - 1) * value, 0);
      return [weighed / (sorted.length * total)];
    },
  };
}

/** `H = −Σ p ln p` of `p = |R| / Σ|R|` over units (Bhatt et al. 2020), and `exp(H)` as a share of all units. */
export function entropy(): Metric {
  return {
    scores: [{ name: "entropy", better: "lower" }, { name: "effectiveShare", better: "lower" }],
    settings: "",
    of: ({ ofUnits }) => {
      const total = ofUnits.reduce((sum, value) => sum + Math.abs(value), 0);
      if (total === 0) return [undefined, undefined];
      const bits = ofUnits.reduce((sum, value) => {
        const share = Math.abs(value) / total;
        return share === 0 ? sum : sum - share * Math.log(share);
      }, 0);
      return [bits, Math.exp(bits) / ofUnits.length];
    },
  };
}
