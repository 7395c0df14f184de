/** Words in lines. */
import type { JoinedWord } from "./join-tokens.ts";

/** Where a word stands. */
export interface Place {
  readonly line: number;
  /** From the beginning of its line. */
  readonly at: number;
  /** The space before it; none at the beginning of a line. */
  readonly gap: number;
}

/**
 * A place for each word in lines that are `most` wide, `gap` between words that are spaced. A sign that follows its
 * word at once stays with it; what is wider than a line has one of its own.
 */
export function wordLines(
  words: readonly Pick<JoinedWord, "text" | "isSpaced">[], widths: readonly number[], gap: number, most: number,
): readonly Place[] {
  const places: Place[] = [];
  let [line, used] = [0, 0];
  words.forEach((word, i) => {
    let space = word.isSpaced && used > 0 ? gap : 0;
    if (used > 0 && !clings(word) && used + space + together(i) > most) [line, used, space] = [line + 1, 0, 0];
    places.push({ line, at: used + space, gap: space });
    used += space + widths[i]!;
  });
  return places;

  /** The width of a word and of the signs that stay with it. */
  function together(i: number): number {
    let wide = widths[i]!;
    for (let next = i + 1; next < words.length && clings(words[next]!); next++) wide += widths[next]!;
    return wide;
  }
}

function clings({ text, isSpaced }: Pick<JoinedWord, "text" | "isSpaced">): boolean {
  return !isSpaced && /^\p{P}/u.test(text);
}
