/** Targets as people write them: numbers, names of outputs, positions in maps. */
import type { Target } from "@relprop/lrp";
import type { Layout } from "@relprop/tensor";
import { didYouMean } from "./did-you-mean.ts";

/** A target, or the name of an output. */
export type NamedTarget = Target | string;

/**
 * What a word stands for: `max`, `4`, the name of an output, and behind it where in a map, whose channels stand as
 * `layout` says, as in `4@10,12`. Throws a `RangeError` for a word that is neither a number nor a name.
 */
export function targetNamed(
  who: string, word: string, labels: readonly string[] | undefined, layout?: Layout,
): Target {
  if (word === "max") return "max";
  const named = indexNamed(word, labels);
  if (named !== undefined) return named;
  const [, output = "", place = ""] = /^(.*)@([\d,\s]+)$/.exec(word) ?? [];
  const channel = place === "" ? undefined : indexNamed(output, labels);
  const position = place.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (channel !== undefined && position.every(Number.isInteger)) {
    return { at: layout === "channelsLast" ? [...position, channel] : [channel, ...position] };
  }
  const takes = `max, a number, ${labels === undefined ? "" : "a label, "}or one of them with a position as in 4@10,12`;
  const hint = labels === undefined ? ": names are those of labels, and none were given" : didYouMean(word, labels);
  throw new RangeError(`${who}: takes ${takes}, got "${word}"${hint}`);
}

function indexNamed(word: string, labels: readonly string[] | undefined): number | undefined {
  if (/^\d+$/.test(word.trim())) return Number(word);
  if (labels === undefined) return undefined;
  const exact = labels.indexOf(word);
  if (exact >= 0) return exact;
  const lower = word.trim().toLowerCase();
  const loose = labels.flatMap((label, i) => (label.trim().toLowerCase() === lower ? [i] : []));
  return loose.length === 1 ? loose[0] : undefined;
}
