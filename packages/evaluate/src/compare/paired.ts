/** How two methods differ on the same samples, and whether chance would do as much. */
import { optionsOf } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { bootstrapInterval, meanOf, type Interval, type IntervalOptions } from "../result/interval.ts";
import type { Scores } from "../result/scores.ts";

/** Scores of one method less those of another, sample by sample. */
export interface PairedDifference {
  readonly mean: number;
  /** `undefined` for fewer than two samples. */
  readonly interval: Interval | undefined;
  /**
   * How often differences as large come about where the sign of each sample's is a matter of chance; from all signs of
   * up to 13 samples, from 9,999 draws of more.
   */
  readonly p: number;
}

/** The difference on the samples for which both are defined; throws a `RangeError` where there are none. */
export function pairedDifference(mine: Scores, theirs: Scores, options: IntervalOptions = {}): PairedDifference {
  optionsOf("pairedDifference", options);
  const others = new Map(theirs.samples.map(({ id, score }) => [id, score]));
  const differences = mine.samples.flatMap(({ id, score }) => {
    const other = others.get(id);
    return score === undefined || other === undefined ? [] : [score - other];
  });
  if (differences.length === 0) throw new RangeError("pairedDifference: takes scores of the same samples, got none");
  const interval = bootstrapInterval(differences, ["difference", mine.metric], options);
  return { mean: meanOf(differences), interval, p: signFlips(differences, options.seed ?? 1) };
}

const ALL_SIGNS = 13;
const DRAWS = 9999;

function signFlips(differences: readonly number[], seed: number): number {
  const size = (signs: (i: number) => number): number =>
    Math.abs(differences.reduce((sum, value, i) => sum + signs(i) * value, 0));
  // As large but for roundings is as large.
  const observed = size(() => 1) * (1 - 1e-12);
  if (differences.length <= ALL_SIGNS) {
    const count = 2 ** differences.length;
    let extreme = 0;
    for (let k = 0; k < count; k++) if (size((i) => ((k >> i) & 1 ? -1 : 1)) >= observed) extreme++;
    return extreme / count;
  }
  const random = randomFor(seed, "signs");
  let extreme = 1;
  for (let draw = 0; draw < DRAWS; draw++) if (size(() => (random.uniform() < 0.5 ? -1 : 1)) >= observed) extreme++;
  return extreme / (DRAWS + 1);
}

/** The p-values of several tests made so that all of them together err as rarely as one would (Holm 1979). */
export function holm(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length).fill(0);
  let least = 0;
  order.forEach((which, rank) => {
    least = Math.max(least, Math.min(1, (values.length - rank) * values[which]!));
    adjusted[which] = least;
  });
  return adjusted;
}
