/** One group of texts that are explained alike: which words it hangs on. */
import { argmax } from "@relprop/tensor";
import { randomFor, shuffled, type Random } from "../draw/random.ts";
import { leastShare, meanOf } from "../result/interval.ts";
import type { AuditedTexts } from "./audited-texts.ts";
import { halfOf, meanVector, type ExaminedCluster, type ExaminedGroup } from "./examine.ts";

/** Words that make up more of a text are what it says. */
const SMALL = 0.2;
/** More than so many texts of other classes must follow the words, whatever else they say. */
const DECIDES = 2 / 3;
/** So many members are looked at without the words; so many others with them, more where those leave a doubt. */
const [MEMBERS, OTHERS, MOST] = [16, 48, 384];

interface Setting {
  /** Relevance of the members by word. */
  readonly vectors: readonly Float64Array[];
  /** The ids of the words. */
  readonly tokens: readonly number[];
  readonly kept: ReadonlySet<number>;
  /** Texts of other classes. */
  readonly others: readonly number[];
  readonly seed: number;
  readonly least: number;
  read(id: number): Promise<readonly number[]>;
}

/** Finds the words of a group, takes them out of members, and puts them into texts of other classes. */
export async function examineTexts(
  texts: AuditedTexts, group: ExaminedGroup, setting: Setting,
): Promise<ExaminedCluster> {
  const { vectors, tokens, kept, others, seed, least, read } = setting;
  const mean = meanVector(vectors);
  const region = halfOf(mean).map((at) => tokens[at]!);
  const words = new Set(region);
  const chosen = (from: readonly number[], count: number, what: string): readonly number[] =>
    Array.from(shuffled(from.length, randomFor(seed, group.prototype, what)).subarray(0, count), (i) => from[i]!);
  const members = chosen(group.members, MEMBERS, "members");
  const shares: number[] = [];
  for (const id of members) {
    const ids = (await read(id)).filter((token) => !kept.has(token));
    shares.push(ids.filter((token) => words.has(token)).length / Math.max(1, ids.length));
  }
  const area = meanOf(shares);
  const nothing = { before: undefined, without: undefined, transplanted: undefined, suspicious: false };
  if (group.members.length < least || region.length === 0) return { ...group, mean, region, area, ...nothing };
  const probability = (ids: readonly number[]): number => shareOf(texts.scores(ids), group.label);
  const lenders = await readAll(chosen(others, MEMBERS, "lenders"), read);
  const without: number[] = [];
  const before: number[] = [];
  for (const [i, id] of members.entries()) {
    const ids = await read(id);
    const random = randomFor(seed, id, "without");
    // Other words stand there, of a text of another class: a gap would say something too.
    const lender = (lenders[i % Math.max(1, lenders.length)] ?? ids)
      .filter((token) => !kept.has(token) && !words.has(token));
    before.push(probability(ids));
    without.push(probability(ids.map((token) =>
      (words.has(token) && lender.length > 0 ? lender[random.below(lender.length)]! : token))));
  }
  const donors = (await readAll(members, read)).map((ids) => ids.filter((token) => words.has(token)))
    .filter((own) => own.includes(region[0]!));
  let [followed, tried] = [0, 0];
  for (const [i, id] of (donors.length === 0 ? [] : chosen(others, MOST, "others")).entries()) {
    const decided = leastShare(followed, tried) > DECIDES || leastShare(tried - followed, tried) > 1 - DECIDES;
    if (tried >= OTHERS && decided) break;
    const put = withWords(await read(id), donors[i % donors.length]!, kept, randomFor(seed, id, "put"));
    if (put === undefined) continue;
    tried++;
    if (argmax(texts.scores(put)) === group.label) followed++;
  }
  return {
    ...group, mean, region, area,
    before: meanOf(before),
    without: meanOf(without),
    transplanted: tried === 0 ? undefined : followed / tried,
    suspicious: area <= SMALL && leastShare(followed, tried) > DECIDES,
  };
}

/** The text with some of its words, random ones, replaced by these; `undefined` where it has no two for each. */
function withWords(
  ids: readonly number[], words: readonly number[], kept: ReadonlySet<number>, random: Random,
): readonly number[] | undefined {
  const places = [...ids.keys()].filter((i) => !kept.has(ids[i]!));
  if (words.length > places.length / 2) return undefined;
  const order = shuffled(places.length, random);
  const put = [...ids];
  words.forEach((word, i) => {
    put[places[order[i]!]!] = word;
  });
  return put;
}

/** The share of a class under a softmax. */
function shareOf(scores: ArrayLike<number>, label: number): number {
  return 1 / Array.from(scores).reduce((sum, score) => sum + Math.exp(score - scores[label]!), 0);
}

async function readAll(
  chosen: readonly number[], read: (id: number) => Promise<readonly number[]>,
): Promise<readonly (readonly number[])[]> {
  const found: (readonly number[])[] = [];
  for (const id of chosen) found.push(await read(id));
  return found;
}
