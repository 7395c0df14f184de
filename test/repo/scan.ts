/**
 * Reading TypeScript as text: the compiler has no stable programming interface, so guards look at the source itself.
 *
 * Views of a source keep its length and its lines, so that a position in one is a position in all.
 */

type Kind = "code" | "comment" | "text";

interface Segment {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
}

/** The source with comments blanked; strings stay. */
export function withoutComments(source: string): string {
  return view(source, (kind) => kind !== "comment");
}

/** The source with comments and the insides of strings, templates and regular expressions blanked. */
export function codeOnly(source: string): string {
  return view(source, (kind) => kind === "code");
}

/** The line, counted from 1, that a position is in. */
export function lineAt(source: string, position: number): number {
  return source.slice(0, position).split("\n").length;
}

/** The position behind the bracket that closes the one at `open`; the end of `code` if none does. */
export function closing(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const char = code[i]!;
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth === 0) return i + 1;
  }
  return code.length;
}

function view(source: string, keeps: (kind: Kind) => boolean): string {
  return segments(source)
    .map(({ kind, from, to }) => {
      const text = source.slice(from, to);
      return keeps(kind) ? text : text.replace(/[^\n]/g, " ");
    })
    .join("");
}

/** The source cut into code, comments and text; quotes count as code. */
function segments(source: string): Segment[] {
  const found: Segment[] = [];
  const braces: ("block" | "template")[] = [];
  let start = 0;
  let at = 0;
  const cut = (kind: Kind, to: number): void => {
    if (to > start) found.push({ kind, from: start, to });
    start = at = to;
  };
  const text = (end: number): void => {
    cut("code", at + 1);
    cut("text", end);
  };
  while (at < source.length) {
    const char = source[at]!;
    const pair = source.slice(at, at + 2);
    if (pair === "//" || pair === "/*") {
      cut("code", at);
      cut("comment", pair === "//" ? find(source, "\n", at) : find(source, "*/", at + 2) + 2);
    } else if (char === '"' || char === "'") {
      text(endOfText(source, at + 1, char));
      at++;
    } else if (char === "/" && startsRegex(source.slice(start, at) || lastCode(source, found))) {
      text(endOfRegex(source, at + 1));
      at++;
    } else if (char === "`" || (char === "}" && braces.at(-1) === "template")) {
      if (char === "}") braces.pop();
      const end = endOfTemplate(source, at + 1);
      text(end);
      if (source[end] === "$") braces.push("template");
      at += source[end] === "$" ? 2 : 1;
    } else {
      if (char === "{") braces.push("block");
      if (char === "}") braces.pop();
      at++;
    }
  }
  cut("code", source.length);
  return found;
}

function lastCode(source: string, found: readonly Segment[]): string {
  const last = found.findLast(({ kind, from, to }) => kind === "code" && source.slice(from, to).trim() !== "");
  return last === undefined ? "" : source.slice(last.from, last.to);
}

/** Whether a slash behind this code begins a regular expression rather than divides. */
function startsRegex(before: string): boolean {
  const code = before.trimEnd();
  return code === "" || /[(,=:[!&|?{};+\-*%<>~^]$/.test(code) || /\b(return|typeof|case|in|of|throw|await)$/.test(code);
}

function find(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from);
  return at < 0 ? source.length : at;
}

function endOfText(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote && source[at] !== "\n") at += source[at] === "\\" ? 2 : 1;
  return at;
}

function endOfTemplate(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== "`" && !source.startsWith("${", at)) at += source[at] === "\\" ? 2 : 1;
  return at;
}

function endOfRegex(source: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < source.length && source[at] !== "\n" && (inClass || source[at] !== "/")) {
    if (source[at] === "[") inClass = true;
    if (source[at] === "]") inClass = false;
    at += source[at] === "\\" ? 2 : 1;
  }
  return at;
}
