/** Which samples a statistic has seen, as ranges, so that none is counted twice. */

/** Whole numbers >= 0 as disjoint ranges in ascending order. An immutable value. */
export class SampleSet {
  /** `[first, last]`, both included, with gaps between. */
  readonly ranges: readonly (readonly [first: number, last: number])[];

  constructor(ranges: readonly (readonly [number, number])[]) {
    this.ranges = ranges;
  }

  /** No samples. */
  static readonly empty: SampleSet = new SampleSet([]);

  /** The set of these ranges, which may come in any order; throws a `RangeError` where two share a number. */
  static of(ranges: readonly (readonly [first: number, last: number])[]): SampleSet {
    const joined: [number, number][] = [];
    for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
      if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first) {
        throw new RangeError(`samples: takes ranges of whole numbers >= 0, got ${first} to ${last}`);
      }
      const previous = joined.at(-1);
      if (previous !== undefined && first <= previous[1]) {
        throw new RangeError(`samples: takes each sample once, got ${first} twice`);
      }
      if (previous !== undefined && first === previous[1] + 1) previous[1] = last;
      else joined.push([first, last]);
    }
    return new SampleSet(joined);
  }

  /** How many samples there are. */
  get size(): number {
    return this.ranges.reduce((total, [first, last]) => total + last - first + 1, 0);
  }

  /** Whether a sample is among them. */
  has(id: number): boolean {
    let [low, high] = [0, this.ranges.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = this.ranges[middle]!;
      if (id < first) high = middle - 1;
      else if (id > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** Both together; throws a `RangeError` where they share a sample. */
  union(other: SampleSet): SampleSet {
    return SampleSet.of([...this.ranges, ...other.ranges]);
  }
}
