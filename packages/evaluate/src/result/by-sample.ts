/** Lists with an entry per sample, in the order of their numbers, however they came together. */

/** What has the number of a sample. */
export interface OfSample {
  readonly id: number;
}

/** The entries in the order of their numbers; throws a `RangeError` for a number that comes twice. */
export function byId<T extends OfSample>(who: string, entries: readonly T[]): readonly T[] {
  const sorted = entries.toSorted((a, b) => a.id - b.id);
  sorted.forEach(({ id }, i) => {
    if (!Number.isInteger(id) || id < 0) throw new RangeError(`${who}: takes whole numbers >= 0 as ids, got ${id}`);
    if (i > 0 && sorted[i - 1]!.id === id) throw new RangeError(`${who}: takes every sample once, got ${id} twice`);
  });
  return sorted;
}

/** Throws a `RangeError` unless both were measured in the same way. */
export function checkSameSettings(who: string, mine: string, theirs: string): void {
  if (mine !== theirs) throw new RangeError(`${who}: takes results of "${mine}", got those of "${theirs}"`);
}
