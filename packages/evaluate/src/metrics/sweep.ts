/** Curves of a score while units are hidden one after another, in any number of orders, from shared forward passes. */
import type { MaskedModel } from "../run/masked-model.ts";

/** What a network said while more and more was hidden. */
export interface Curve {
  /** From nothing hidden to everything. */
  readonly scores: readonly number[];
  /** Whether the class was still the largest. */
  readonly kept: readonly boolean[];
}

/** How many units are hidden at each of the steps: none first, all last, equally many more each time. */
export function stepCounts(units: number, steps: number): readonly number[] {
  const count = Math.min(steps, units);
  return Array.from({ length: count + 1 }, (_, k) => Math.round((k * units) / count));
}

/** A curve for each order of hiding; the first and last points, which are the same for all, are computed once. */
export function sweep(
  masked: MaskedModel, orders: readonly ArrayLike<number>[], counts: readonly number[],
): readonly Curve[] {
  const { units: { count } } = masked;
  const inner = counts.slice(1, -1);
  const found = masked.outcomes(orders.length * inner.length + 1, (k) => {
    const mask = new Uint8Array(count);
    const order = orders[Math.floor(k / inner.length)];
    if (order === undefined) return mask.fill(1);
    for (let i = 0; i < inner[k % inner.length]!; i++) mask[order[i]!] = 1;
    return mask;
  });
  return orders.map((_, o) => {
    const outcomes = [masked.whole, ...found.slice(o * inner.length, (o + 1) * inner.length), found.at(-1)!];
    return { scores: outcomes.map(({ score }) => score), kept: outcomes.map(({ kept }) => kept) };
  });
}

/** The area under a curve over the hidden shares, by trapezoids. */
export function area(values: readonly number[], shares: readonly number[]): number {
  let sum = 0;
  for (let k = 1; k < values.length; k++) sum += ((values[k]! + values[k - 1]!) / 2) * (shares[k]! - shares[k - 1]!);
  return sum;
}
