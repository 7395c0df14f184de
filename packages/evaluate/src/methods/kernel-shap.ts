/** Shapley values of units: how much each adds, on average over all orders in which they could be shown. */
import type { Model } from "@relprop/layers";
import { optionsOf, Tensor, type Value } from "@relprop/tensor";
import { randomFor, shuffled } from "../draw/random.ts";
import { MaskedModel, type MaskingOptions } from "../run/masked-model.ts";
import type { RelevanceFunction } from "../run/method.ts";
import { solve } from "./solve.ts";
import { checkGivenModel } from "@relprop/lrp";

/** What `kernelShap` may be given. */
export interface ShapOptions extends MaskingOptions {
  /** Subsets that are asked about; 1024 by default. As many as there are, or more, give exact values. */
  readonly subsets?: number;
}

/**
 * KernelSHAP (Lundberg & Lee 2017): the sums of unit values that come closest to what the network says of subsets,
 * under Shapley's weights; every subset is asked about with its complement. They add up to `f(x) − f(all hidden)`, and
 * are spread evenly over the elements of their unit. Reads the logit unless told otherwise.
 */
export function kernelShap(model: Model, options: ShapOptions = {}): RelevanceFunction {
  optionsOf("kernelShap", options);
  checkGivenModel("kernelShap", model);
  const { subsets = 1024, seed = 1 } = options;
  if (!Number.isInteger(subsets) || subsets < 2) throw new RangeError(`kernelShap: takes subsets >= 2, got ${subsets}`);
  return (input, target, others) => {
    const sample = { id: 0, input: [input, ...others], target };
    const masked = new MaskedModel("kernelShap", model, sample, { score: "logit", ...options });
    const { count } = masked.units;
    if (subsets < 2 * count && 2 ** count - 2 > subsets) {
      throw new RangeError(`kernelShap: takes at least ${2 * count} subsets for ${count} units, got ${subsets}`);
    }
    const values = shapleyValues(masked, subsets, seed);
    return spread(masked, input, values);
  };
}

/** Shapley values of a sample's units. */
export function shapleyValues(masked: MaskedModel, subsets: number, seed: number): Float64Array {
  const { units: { count }, whole } = masked;
  const isExact = 2 ** count - 2 <= subsets;
  const shown = isExact ? everySubset(count) : randomSubsets(count, subsets, seed);
  const masks = [new Uint8Array(count), ...shown.map(({ set }) => set)];
  const outcomes = masked.outcomes(masks.length, (k) => masks[k]!.map((is) => 1 - is));
  const empty = outcomes[0]!.score;
  const total = whole.score - empty;
  if (count === 1) return Float64Array.of(total);
  // The last value is what the others leave of the total.
  const n = count - 1;
  const [matrix, right] = [new Float64Array(n * n), new Float64Array(n)];
  shown.forEach(({ set, weight }, k) => {
    const last = set[n]!;
    const y = outcomes[k + 1]!.score - empty - last * total;
    for (let i = 0; i < n; i++) {
      const a = set[i]! - last;
      if (a === 0) continue;
      right[i]! += weight * a * y;
      for (let j = 0; j < n; j++) matrix[i * n + j]! += weight * a * (set[j]! - last);
    }
  });
  const found = solve(matrix, right);
  return Float64Array.from([...found, total - found.reduce((sum, value) => sum + value, 0)]);
}

interface Subset {
  readonly set: Uint8Array;
  readonly weight: number;
}

function everySubset(count: number): readonly Subset[] {
  return Array.from({ length: 2 ** count - 2 }, (_, k) => {
    const set = Uint8Array.from({ length: count }, (_, unit) => ((k + 1) >> unit) & 1);
    const size = set.reduce((sum, is) => sum + is, 0);
    return { set, weight: (count - 1) / (binomial(count, size) * size * (count - size)) };
  });
}

/** Sizes come as often as their subsets weigh together, so every subset drawn weighs the same. */
function randomSubsets(count: number, subsets: number, seed: number): readonly Subset[] {
  const sizes = Array.from({ length: count - 1 }, (_, i) => 1 / ((i + 1) * (count - i - 1)));
  const all = sizes.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: Math.floor(subsets / 2) }, (_, draw) => {
    const random = randomFor(seed, "kernelShap", draw);
    let [size, left] = [1, random.uniform() * all];
    while (size < count - 1 && left > sizes[size - 1]!) left -= sizes[size++ - 1]!;
    const set = new Uint8Array(count);
    for (const unit of shuffled(count, random).subarray(0, size)) set[unit] = 1;
    return [{ set, weight: 1 }, { set: set.map((is) => 1 - is), weight: 1 }];
  }).flat();
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

function spread({ units: { of, count } }: MaskedModel, input: Value, values: Float64Array): Tensor {
  const sizes = new Float64Array(count);
  for (const unit of of) if (unit >= 0) sizes[unit]!++;
  return new Tensor(input.shape, Float32Array.from(of, (unit) => (unit < 0 ? 0 : values[unit]! / sizes[unit]!)));
}
