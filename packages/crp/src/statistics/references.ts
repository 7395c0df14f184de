/** The samples in which a channel was strongest. */

/** A sample, how strong the channel was in it, and where. */
export interface Reference {
  readonly value: number;
  /** The sample's number. */
  readonly sample: number;
  /** The position of the channel's maximum, flat after the channel axis. */
  readonly position: number;
}

/**
 * The stronger first, the lower sample first on ties, then the lower position: a total order, so merging has one
 * result.
 */
export function compareReferences(a: Reference, b: Reference): number {
  return b.value - a.value || a.sample - b.sample || a.position - b.position;
}

/** `references` with one more, sorted, and at most `top` of them; the list itself if the newcomer is too weak. */
export function withReference(
  references: readonly Reference[], reference: Reference, top: number,
): readonly Reference[] {
  const weakest = references[top - 1];
  if (weakest !== undefined && compareReferences(weakest, reference) <= 0) return references;
  const at = references.findIndex((other) => compareReferences(other, reference) > 0);
  return references.toSpliced(at < 0 ? references.length : at, 0, reference).slice(0, top);
}

/** The strongest `top` of two sorted lists. */
export function mergeReferences(a: readonly Reference[], b: readonly Reference[], top: number): readonly Reference[] {
  return [...a, ...b].sort(compareReferences).slice(0, top);
}
