/** What someone may have meant who mistyped a word. */

/** `; did you mean "explain"?` for the known word that few strokes lead to from this one; `""` where none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const most = Math.min(3, Math.floor(word.length / 2), word.length > 40 ? 0 : Infinity);
  const near = known
    .map((other) => ({ other, strokes: strokesBetween(word.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, strokes }) => strokes <= most || (word.length > 2 && other.startsWith(word)))
    .sort((a, b) => a.strokes - b.strokes);
  return near[0] === undefined ? "" : `; did you mean "${near[0].other}"?`;
}

/** Letters to insert, leave out, replace, or swap with the next (Damerau 1964). */
function strokesBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
