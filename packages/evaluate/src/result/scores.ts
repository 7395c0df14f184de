/** What a metric found: a number per sample, and what it says of all of them. */
import { optionsOf } from "@relprop/tensor";
import { bootstrapInterval, meanOf, type Interval, type IntervalOptions } from "./interval.ts";
import { byId, checkSameSettings } from "./by-sample.ts";

/** Which explanations are better: those with higher scores, or with lower ones, or neither. */
export type Better = "higher" | "lower" | "neither";

/** The score of one sample; `undefined` where the metric is not defined for it. */
export interface SampleScore {
  readonly id: number;
  readonly score: number | undefined;
}

/** Scores of samples, in the order of their numbers. Immutable; `merge` puts shards together to the last bit. */
export class Scores {
  /** What was measured: `"srg"`. */
  readonly metric: string;
  readonly better: Better;
  /** How it was measured, in words; merged scores must agree on it. */
  readonly settings: string;
  readonly samples: readonly SampleScore[];

  constructor(metric: string, better: Better, settings: string, samples: readonly SampleScore[]) {
    for (const { id, score } of samples) {
      if (score !== undefined && !Number.isFinite(score)) {
        throw new RangeError(`${metric}: takes finite scores, got ${score} for sample ${id}`);
      }
    }
    this.metric = metric;
    this.better = better;
    this.settings = settings;
    this.samples = byId(metric, samples);
  }

  /** The scores that are defined, in the order of their samples. */
  get values(): readonly number[] {
    return this.samples.flatMap(({ score }) => (score === undefined ? [] : [score]));
  }

  /** The mean over the samples for which the metric is defined; `undefined` where there are none. */
  get mean(): number | undefined {
    const { values } = this;
    return values.length === 0 ? undefined : meanOf(values);
  }

  /** For how many samples the metric is not defined. */
  get left(): number {
    return this.samples.length - this.values.length;
  }

  /** Where the mean lies, as far as these samples tell; `undefined` for fewer than two. */
  interval(options: IntervalOptions = {}): Interval | undefined {
    optionsOf("interval", options);
    return bootstrapInterval(this.values, [this.metric], options);
  }

  /** These and those of other samples; throws a `RangeError` where they differ in what they are or share a sample. */
  merge(other: Scores): Scores {
    checkSameSettings("Scores", `${this.metric}: ${this.settings}`, `${other.metric}: ${other.settings}`);
    return new Scores(this.metric, this.better, this.settings, [...this.samples, ...other.samples]);
  }

  /** The mean with its interval: `srg 0.412 [0.398, 0.427] of 100, higher is better`. */
  toString(): string {
    const { mean, better, left } = this;
    const interval = this.interval();
    const around = interval === undefined ? "" : ` [${rounded(interval.low)}, ${rounded(interval.high)}]`;
    const without = left === 0 ? "" : ` (${left} more without)`;
    const direction = better === "neither" ? "" : `, ${better} is better`;
    const count = `of ${this.values.length}${without}`;
    return `${this.metric} ${mean === undefined ? "undefined" : rounded(mean)}${around} ${count}${direction}`;
  }
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
