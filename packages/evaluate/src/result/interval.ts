/** How sure a mean is: the bootstrap, corrected for bias and acceleration (Efron 1987). */
import { optionsOf } from "@relprop/tensor";
import { randomFor, type RandomKey } from "../draw/random.ts";
import { normalQuantile, normalShare } from "./normal.ts";

/** Where a mean lies, as far as the samples tell. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** How often such an interval holds the truth: 0.95. */
  readonly level: number;
}

/** How an interval is made. */
export interface IntervalOptions {
  /** 0.95 by default. */
  readonly level?: number;
  /** 2000 by default. */
  readonly resamples?: number;
  /** 1 by default. */
  readonly seed?: number;
}

/** The interval of the mean of some values; `undefined` for fewer than two. The key is that of its random numbers. */
export function bootstrapInterval(
  values: readonly number[], key: RandomKey = [], options: IntervalOptions = {},
): Interval | undefined {
  const { level = 0.95, resamples = 2000, seed = 1 } = optionsOf("bootstrapInterval", options);
  if (!(level > 0 && level < 1)) throw new RangeError(`interval: takes a level between 0 and 1, got ${level}`);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`interval: takes a whole number of resamples >= 1, got ${resamples}`);
  }
  const count = values.length;
  if (count < 2) return undefined;
  const average = meanOf(values);
  const random = randomFor(seed, "interval", ...key);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[random.below(count)]!;
    return sum / count;
  }).sort();
  // Values that are all the same differ from their mean by rounding alone.
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (values.every((value) => Math.abs(value - average) <= 1e-12 * scale)) return {
    low: average, high: average, level,
  };
  const below = means.reduce((all, mean) => all + (mean < average ? 1 : mean === average ? 0.5 : 0), 0);
  const bias = normalQuantile(below / resamples);
  // Leaving out one value moves the mean by its deviation from it.
  const [cubes, squares] = values.reduce<readonly [number, number]>(
    ([third, second], value) => [third + (value - average) ** 3, second + (value - average) ** 2], [0, 0],
  );
  const acceleration = cubes / (6 * squares ** 1.5);
  const at = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    const share = normalShare(bias + z / (1 - acceleration * z));
    return means[Math.min(resamples - 1, Math.max(0, Math.floor(share * resamples)))]!;
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2), level };
}

/** The mean; NaN of none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The least that a share is likely to be, of which `count` of `of` were seen: the lower end of 95 % (Wilson 1927). */
export function leastShare(count: number, of: number): number {
  if (of === 0) return 0;
  const [share, z] = [count / of, normalQuantile(0.975)];
  const middle = share + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return (middle - reach) / (1 + z ** 2 / of);
}
