/** What is known of one channel of a node: its strongest samples and its means. */
import { unitsOf, valueOf } from "./exact-sum.ts";
import { mergeReferences, withReference, type Reference } from "./references.ts";

/** One sample's view of a channel. */
export interface ChannelObservation {
  readonly sample: number;
  /** The channel's measure (sum, maximum, …) in this sample. */
  readonly value: number;
  /** Where the channel is strongest. */
  readonly position: number;
}

/** Count, exact sum, and references of one channel. An immutable value. */
export class ChannelStatistics {
  readonly count: number;
  /** The sum of all values in units of 2^-149. */
  readonly units: bigint;
  readonly references: readonly Reference[];

  constructor(count: number, units: bigint, references: readonly Reference[]) {
    this.count = count;
    this.units = units;
    this.references = references;
  }

  /** Nothing observed. */
  static readonly empty: ChannelStatistics = new ChannelStatistics(0, 0n, []);

  /** The mean of the values; 0 where nothing was observed. */
  get mean(): number {
    return this.count === 0 ? 0 : valueOf(this.units) / this.count;
  }

  /** With one more observation, keeping the `top` strongest samples. */
  observe({ sample, value, position }: ChannelObservation, top: number): ChannelStatistics {
    const references = withReference(this.references, { value, sample, position }, top);
    return new ChannelStatistics(this.count + 1, this.units + unitsOf(value), references);
  }

  /** Both together. */
  merge(other: ChannelStatistics, top: number): ChannelStatistics {
    const references = mergeReferences(this.references, other.references, top);
    return new ChannelStatistics(this.count + other.count, this.units + other.units, references);
  }
}
