/** What a data set says of the concepts of some nodes: a value that shards can be merged into. */
import { ChannelStatistics } from "./channel-statistics.ts";
import { SampleSet } from "./sample-set.ts";

/** What is measured of a channel: its relevance or its activation. */
export type Quantity = "relevance" | "activation";

/** What a collection is about; merged statistics must agree on it. */
export interface StatisticsSettings {
  /** The nodes and how many channels each has. */
  readonly nodes: Readonly<Record<string, number>>;
  /** How many references are kept per channel, and per class and channel. */
  readonly top: number;
  /** What else they are of, in words of one's own: the model, the rules, the data set. */
  readonly about?: Readonly<Record<string, string>>;
}

/** One sample's measures of every channel of one node and quantity. */
export interface NodeObservation {
  readonly node: string;
  readonly quantity: Quantity;
  /** Per channel. */
  readonly values: ArrayLike<number>;
  /** Per channel. */
  readonly positions: ArrayLike<number>;
}

/** The key under which the statistics over all classes stand. */
export const ALL = -1;

/**
 * Relevance- and activation-maximising references, means and counts per channel, over all samples and per class
 * (Achtibat et al. 2023). Immutable; `merge` is associative and commutative to the last bit, since sums are exact and
 * references totally ordered.
 */
export class ConceptStatistics {
  readonly settings: StatisticsSettings;
  readonly samples: SampleSet;
  /** `node quantity class` to the statistics of its channels; see `tableKey`. */
  readonly tables: ReadonlyMap<string, readonly ChannelStatistics[]>;

  constructor(
    settings: StatisticsSettings,
    samples: SampleSet = SampleSet.empty,
    tables: ReadonlyMap<string, readonly ChannelStatistics[]> = new Map(),
  ) {
    const { top, nodes } = settings;
    if (!Number.isInteger(top) || top < 1) throw new RangeError(`ConceptStatistics: takes top >= 1, got ${top}`);
    if (Object.keys(nodes).length === 0) throw new RangeError("ConceptStatistics: takes at least one node, got none");
    this.settings = settings;
    this.samples = samples;
    this.tables = tables;
  }

  /**
   * The statistics of the channels of a node, over all samples or those of one class; empty ones where nothing was
   * seen.
   */
  channels(node: string, quantity: Quantity, label: number = ALL): readonly ChannelStatistics[] {
    const count = Object.hasOwn(this.settings.nodes, node) ? this.settings.nodes[node] : undefined;
    if (count === undefined) {
      throw new RangeError(
        `ConceptStatistics: takes one of ${Object.keys(this.settings.nodes).join(", ")}, got "${node}"`,
      );
    }
    return this.tables.get(tableKey(node, quantity, label)) ??
      new Array<ChannelStatistics>(count).fill(ChannelStatistics.empty);
  }

  /** The classes that were seen, in ascending order. */
  get classes(): readonly number[] {
    const labels = new Set([...this.tables.keys()].map((key) => Number(key.slice(key.lastIndexOf(" ") + 1))));
    labels.delete(ALL);
    return [...labels].sort((a, b) => a - b);
  }

  /** With one more sample of a class; throws a `RangeError` for a sample that was seen, or a class that is none. */
  observe(sample: number, label: number, observations: readonly NodeObservation[]): ConceptStatistics {
    if (!Number.isSafeInteger(label) || label < 0) {
      throw new RangeError(`ConceptStatistics: takes a whole number >= 0 as label, got ${label}`);
    }
    const samples = this.samples.union(SampleSet.of([[sample, sample]]));
    const tables = new Map(this.tables);
    for (const { node, quantity, values, positions } of observations) {
      for (const group of [ALL, label]) {
        const before = this.channels(node, quantity, group);
        const after = before.map((channel, c) =>
          channel.observe({ sample, value: values[c]!, position: positions[c]! }, this.settings.top),
        );
        tables.set(tableKey(node, quantity, group), after);
      }
    }
    return new ConceptStatistics(this.settings, samples, tables);
  }

  /** Both together; throws a `RangeError` where they differ in their settings or share a sample. */
  merge(other: ConceptStatistics): ConceptStatistics {
    const [mine, theirs] = [this.settings, other.settings].map((settings) => settingsKey(settings));
    if (mine !== theirs) throw new RangeError(`ConceptStatistics: takes statistics of ${mine}, got ${theirs}`);
    const tables = new Map(this.tables);
    for (const [key, channels] of other.tables) {
      const known = tables.get(key);
      tables.set(
        key, known === undefined ? channels : known.map((channel, c) => channel.merge(channels[c]!, this.settings.top)),
      );
    }
    return new ConceptStatistics(this.settings, this.samples.union(other.samples), tables);
  }
}

/** How a table is named: node, quantity and class. */
export function tableKey(node: string, quantity: Quantity, label: number): string {
  return `${node} ${quantity} ${label}`;
}

function settingsKey({ nodes, top, about = {} }: StatisticsSettings): string {
  const sorted = <T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const parts = sorted(nodes).map(([node, channels]) => `${node} (${channels})`);
  return `top ${top} of ${[...parts, ...sorted(about).map(([name, what]) => `${name} ${what}`)].join(", ")}`;
}
