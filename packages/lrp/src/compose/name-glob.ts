/** Names of nodes by patterns with `*`, in time linear in both: names and patterns come from strangers' files. */

/**
 * Whether a name matches: the pattern as it is, `*` for any characters, also none; or a name below such a one, `a.b`
 * for `a`.
 */
export function nameGlob(pattern: string): (name: string) => boolean {
  const [head = "", ...rest] = pattern.split("*");
  const tail = rest.pop();
  if (tail === undefined) return (name) => name.startsWith(head) && endsAt(name, head.length);
  const between = rest.filter((piece) => piece !== "").map(finder);
  const atEnd = tail === "" ? undefined : finder(tail);
  return (name) => {
    if (!name.startsWith(head)) return false;
    // The leftmost place leaves most to the pieces after it, so no other has to be tried.
    let end: number | undefined = head.length;
    for (const find of between) {
      end = find(name, end);
      if (end === undefined) return false;
    }
    return atEnd === undefined || atEnd(name, end, (last) => endsAt(name, last)) !== undefined;
  };
}

/** Whether a name, or one of its parts between dots, ends at a position. */
function endsAt(name: string, at: number): boolean {
  return at === name.length || name[at] === ".";
}

type Find = (text: string, from: number, suits?: (end: number) => boolean) => number | undefined;

/**
 * Where the first suitable occurrence of a piece ends. No character of the text is looked back at: `borders[i]` is how
 * much of the piece is known to match after its first `i` characters did and the next did not (Knuth, Morris and Pratt
 * 1977).
 */
function finder(piece: string): Find {
  const borders = new Int32Array(piece.length + 1);
  for (let i = 1, matched = 0; i < piece.length; i++) {
    while (matched > 0 && piece[i] !== piece[matched]) matched = borders[matched]!;
    if (piece[i] === piece[matched]) matched++;
    borders[i + 1] = matched;
  }
  return (text, from, suits = () => true) => {
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      while (matched > 0 && (matched === piece.length || text[at] !== piece[matched])) matched = borders[matched]!;
      if (text[at] === piece[matched]) matched++;
      if (matched === piece.length && suits(at + 1)) return at + 1;
    }
    return undefined;
  };
}
