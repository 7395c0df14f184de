/** Which looked-up rows are those of a text's tokens. */
import type { Model } from "@relprop/layers";
import type { Explanation } from "@relprop/lrp";
import { sum } from "@relprop/tensor";

/** Relevance of tokens, and of what else was looked up. */
export interface TokenRelevance {
  /** A number a token. */
  readonly relevance: Float64Array;
  /** The sum at every other lookup (positions, types) by its node. */
  readonly elsewhere: ReadonlyMap<string, number>;
}

/**
 * Sums over features at the lookups that are nearest to the input of token ids: positions are looked up by ids'
 * shape or count, which takes more steps. Throws a `RangeError` where nothing is looked up by them.
 */
export function tokenRelevance(
  who: string, model: Model, ids: string, { sources }: Pick<Explanation, "sources">, length: number,
): TokenRelevance {
  const nodes = new Map(model.nodes.map((node) => [node.name, node]));
  const steps = new Map([...sources.keys()].map((name) => [name, stepsTo(name)]));
  const nearest = [...steps.values()].reduce((least, count) => Math.min(least, count), Infinity);
  if (nearest === Infinity) {
    throw new RangeError(`${who}: takes models that look up rows by "${ids}", got one that does not`);
  }
  const relevance = new Float64Array(length);
  const elsewhere = new Map<string, number>();
  for (const [name, rows] of sources) {
    if (steps.get(name) !== nearest || rows.size % length !== 0) elsewhere.set(name, sum(rows));
    else rows.data.forEach((part, i) => {
      relevance[Math.floor((i * length) / rows.size)]! += part;
    });
  }
  return { relevance, elsewhere };

  /** The nodes on the shortest way from a lookup back to the ids. */
  function stepsTo(name: string): number {
    const seen = new Set([name]);
    for (let [depth, level] = [0, [name]]; level.length > 0; depth++) {
      if (level.includes(ids)) return depth;
      level = level.flatMap((each) => nodes.get(each)?.inputs ?? []).filter((each) => !seen.has(each));
      for (const each of level) seen.add(each);
    }
    return Infinity;
  }
}
