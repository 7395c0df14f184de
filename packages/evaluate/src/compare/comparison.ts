/** Several methods on the same samples: who is ahead, by how much, and how sure that is. */
import { optionsOf } from "@relprop/tensor";
import { Flipping, type FlippingOrder } from "../metrics/flipping-result.ts";
import type { Interval, IntervalOptions } from "../result/interval.ts";
import type { Scores } from "../result/scores.ts";
import { holm, pairedDifference, type PairedDifference } from "./paired.ts";

/** The scores of `Flipping` that methods can be ordered by. */
export type FlippingScore =
  "srg" | "deletion" | "insertion" | "aopc" | "irof" | "road" | "monotonicity";

/** One method of a comparison. */
export interface ComparedMethod {
  readonly method: string;
  readonly mean: number | undefined;
  readonly interval: Interval | undefined;
  readonly scores: Scores;
  /** How far it is behind the best, sample by sample; absent for the best itself. */
  readonly behind?: PairedDifference & {
    /** p after Holm's correction for all the methods that are compared with the best. */
    readonly adjusted: number;
  };
}

/** What methods gave on the same samples. Immutable; `merge` puts shards together to the last bit. */
export class Comparison {
  /** By the names of methods, in the order they were given. */
  readonly methods: ReadonlyMap<string, Flipping>;

  constructor(methods: ReadonlyMap<string, Flipping>) {
    this.methods = methods;
  }

  /** The methods from the best on, each with how far it is behind that. */
  ranking(by: FlippingScore = "srg", options: IntervalOptions = {}): readonly ComparedMethod[] {
    optionsOf("ranking", options);
    const rows = [...this.methods].map(([method, flipping]) => ({ method, scores: flipping[by] }));
    const sign = rows[0]?.scores.better === "lower" ? 1 : -1;
    const place = ({ scores }: (typeof rows)[number]): number =>
      scores.mean === undefined ? Infinity : sign * scores.mean;
    const sorted = rows.toSorted((a, b) => Math.sign(place(a) - place(b)) || 0);
    const [best, ...others] = sorted;
    const behind = others.map(({ scores }) => (scores.mean === undefined ? undefined
      : pairedDifference(scores, best!.scores, options)));
    const tested = behind.flatMap((difference) => difference?.p ?? []);
    const adjusted = holm(tested);
    let next = 0;
    return sorted.map(({ method, scores }, i): ComparedMethod => {
      const difference = i === 0 ? undefined : behind[i - 1];
      const row = { method, mean: scores.mean, interval: scores.interval(options), scores };
      return difference === undefined ? row : { ...row, behind: { ...difference, adjusted: adjusted[next++]! } };
    });
  }

  /** The ranking as a table in Markdown. */
  markdown(by: FlippingScore = "srg", options: IntervalOptions = {}): string {
    optionsOf("markdown", options);
    const rows = this.ranking(by, options).map(({ method, mean, interval, behind }) => [
      method, number(mean), bounds(interval), behind === undefined ? "" : number(behind.mean),
      bounds(behind?.interval), behind === undefined ? "" : chance(behind.adjusted),
    ]);
    const head = ["method", by, "95 %", "behind the best", "95 %", "p (Holm)"];
    return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]
      .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  }

  /** The mean curve of a method in an order, at `points` shares of hidden units. */
  curve(method: string, order: FlippingOrder, points = 26): readonly number[] {
    const flipping = this.methods.get(method);
    if (flipping !== undefined) return flipping.curve(order, points);
    throw new RangeError(`Comparison: takes one of ${[...this.methods.keys()].join(", ")}, got "${method}"`);
  }

  /** Both together; throws a `RangeError` where they differ in methods or in how they were made, or share a sample. */
  merge(other: Comparison): Comparison {
    const [mine, theirs] = [this, other].map(({ methods }) => [...methods.keys()].join(", "));
    if (mine !== theirs) throw new RangeError(`Comparison: takes comparisons of ${mine}, got one of ${theirs}`);
    return new Comparison(new Map([...this.methods].map(([name, flipping]) =>
      [name, flipping.merge(other.methods.get(name)!)])));
  }

  /** Plain data: what every sample had, by method; see `comparisonFromJson`. */
  toJSON(): ComparisonJson {
    return { version: 1, methods: Object.fromEntries([...this.methods].map(([name, { settings, samples }]) =>
      [name, { settings, samples }])) };
  }
}

/** A comparison as JSON. */
export interface ComparisonJson {
  readonly version: 1;
  readonly methods: Readonly<Record<string, Pick<Flipping, "settings" | "samples">>>;
}

/** The comparison that `toJSON` wrote. */
export function comparisonFromJson({ version, methods }: ComparisonJson): Comparison {
  if (version !== 1) throw new RangeError(`comparisonFromJson: takes version 1, got ${String(version)}`);
  return new Comparison(new Map(Object.entries(methods).map(([name, { settings, samples }]) =>
    [name, new Flipping(settings, samples)])));
}

function number(value: number | undefined): string {
  return value === undefined ? "–" : fixed(value);
}

function bounds(interval: Interval | undefined): string {
  return interval === undefined ? "" : `${fixed(interval.low)} … ${fixed(interval.high)}`;
}

function chance(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** Three digits; what rounds to 0 has no sign. */
function fixed(value: number): string {
  return value.toFixed(3).replace(/^-(?=0\.000$)/, "");
}
