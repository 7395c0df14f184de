/** The parts of an input that relevance is asked of: pixels, patches, segments, features, tokens. */
import { formatShape, type Layout, type Tensor, type Value } from "@relprop/tensor";

/** A partition of the elements of one sample; relevance of a unit is the sum over its elements. */
export interface Units {
  /** What they are called: `"patches"`. */
  readonly name: string;
  readonly count: number;
  /** Per element of the sample the unit it belongs to; -1 for what is never hidden. */
  readonly of: Int32Array;
  /** How many lie along each axis, where they lie on a grid; row-major. */
  readonly grid?: readonly number[] | undefined;
  /** Whether flipping orders them by the mean over their elements instead of the sum: what has no common size. */
  readonly byMean?: boolean;
}

/** Makes the units of a sample `[1, …]`. */
export type UnitChoice = (input: Value, layout: Layout | undefined) => Units;

/** What units are ordered by when they are hidden in turn: their relevance, or its mean over their elements. */
export function orderingRelevance(units: Units, relevance: Tensor): Float64Array {
  const sums = unitRelevance(units, relevance);
  if (units.byMean !== true) return sums;
  const sizes = new Float64Array(units.count);
  for (const unit of units.of) if (unit >= 0) sizes[unit]!++;
  return sums.map((sum, unit) => sum / sizes[unit]!);
}

/**
 * Relevance per unit, signed and summed. Where relevance has more elements than the sample, as that of looked-up rows
 * has, each element of the sample stands for as many in a row.
 */
export function unitRelevance({ of, count }: Units, { data, size, shape }: Tensor): Float64Array {
  const each = size / of.length;
  if (!Number.isInteger(each) || each < 1) {
    throw new RangeError(`units: takes relevance of ${of.length} elements or a multiple, got ${formatShape(shape)}`);
  }
  const sums = new Float64Array(count);
  of.forEach((unit, element) => {
    if (unit < 0) return;
    for (let i = element * each; i < (element + 1) * each; i++) sums[unit]! += data[i]!;
  });
  const broken = sums.findIndex((sum) => !Number.isFinite(sum));
  if (broken >= 0) throw new RangeError(`units: takes finite relevance, got ${sums[broken]} at unit ${broken}`);
  return sums;
}
