/** The exported declarations of a module, source or emitted, found in its text. */
import { closing, codeOnly, lineAt, withoutComments } from "./scan.ts";

/** Something with a name that others may use. */
export interface Named {
  readonly name: string;
  readonly documented: boolean;
  readonly line: number;
}

/** A part of a class or interface; a field holds a value and is not called or computed. */
export interface Member extends Named {
  readonly field: boolean;
}

/** An `export` of a function, class, interface, type or constant. */
export interface Declaration extends Named {
  readonly kind: "function" | "class" | "interface" | "type" | "const" | "let";
  /** Public members of a class or interface; an accessor pair or an overloaded method counts once. */
  readonly members: readonly Member[];
  /** Names behind `extends` and `implements`. */
  readonly bases: readonly string[];
  /** All of it without comments, a function's or class's implementation included. */
  readonly text: string;
}

const opening =
  /^export\s+(?:(?:declare|abstract|async)\s+)*(function|class|interface|type|const|let)\b\s*\*?\s+([\w$]+)/gm;
const modifiers =
  /^(?:(?:public|static|readonly|abstract|override|async|declare|accessor|get|set)\s+(?=[\w$#[*"]))*\*?\s*/;

/** The exported declarations of a module, in order; overloads are one each. */
export function declarations(source: string): readonly Declaration[] {
  const code = codeOnly(source);
  const bareSource = withoutComments(source);
  return [...code.matchAll(opening)].map((match) => {
    const [, kind, name] = match as unknown as [string, Declaration["kind"], string];
    const start = match.index;
    const braced = kind === "class" || kind === "interface";
    const { head, body } = heritage(code, start + match[0].length);
    const end = braced ? closing(code, body) : endOfStatement(code, start, kind === "function");
    return {
      kind,
      name,
      documented: documentedAt(source, start),
      line: lineAt(source, start),
      members: braced ? members(source, code, body + 1, end - 1) : [],
      bases: braced ? bases(head) : [],
      text: bareSource.slice(start, end),
    };
  });
}

/** Whether a docstring stands directly above a position: no blank line between them. */
function documentedAt(source: string, position: number): boolean {
  const before = source.slice(0, position);
  const comment = before.slice(Math.max(before.lastIndexOf("/**"), 0));
  return /^\/\*\*(?!\/)(?:(?!\*\/)[\s\S])*?[^\s*](?:(?!\*\/)[\s\S])*\*\/[ \t]*\n?[ \t]*$/.test(comment);
}

/** What stands between a name and its body, type arguments left out, and where the body begins. */
function heritage(code: string, from: number): { readonly head: string; readonly body: number } {
  let head = "";
  let depth = 0;
  let at = from;
  for (; at < code.length && (depth > 0 || code[at] !== "{"); at++) {
    if (code[at] === "<") depth++;
    else if (code[at] === ">" && code[at - 1] !== "=") depth--;
    else if (depth === 0) head += code[at];
  }
  return { head, body: at };
}

function bases(head: string): readonly string[] {
  return head.split(/\bextends\b|\bimplements\b|,/).slice(1).map((name) => name.trim());
}

function members(source: string, code: string, from: number, to: number): readonly Member[] {
  const found = new Map<string, Member>();
  let start = from;
  while (start < to) {
    start += /^[\s;,]*/.exec(code.slice(start, to))![0].length;
    if (start >= to) break;
    const end = endOfMember(code, start, to);
    const member = code.slice(start, end);
    const [, name, next] = /^([\w$]+|\[Symbol\.\w+\])\s*([?!(:;=<,])/.exec(`${member.replace(modifiers, "")};`) ?? [];
    const hidden = /^(private|protected)\b/.test(member) || name === undefined || name === "constructor";
    if (!hidden) {
      const documented = documentedAt(source, start) || found.get(name)?.documented === true;
      const field = next !== "(" && next !== "<";
      found.set(name, { name, documented, field, line: lineAt(source, start) });
    }
    start = end;
  }
  return [...found.values()];
}

/** The end of a member: a semicolon, or the brace of a method's body. */
function endOfMember(code: string, start: number, to: number): number {
  let at = start;
  while (at < to) {
    const char = code[at]!;
    if (char === ";") return at + 1;
    if ("([{".includes(char)) {
      at = closing(code, at);
      const next = /^\s*(\S?)/.exec(code.slice(at, to))![1]!;
      if (char === "{" && !";,.|&[={".includes(next || " ")) return at;
    } else {
      at++;
    }
  }
  return to;
}

/** The end of a statement: its semicolon, or for a function the brace of its body. */
function endOfStatement(code: string, start: number, isFunction: boolean): number {
  let at = start;
  while (at < code.length && code[at] !== ";") {
    if (!"([{".includes(code[at]!)) at++;
    else {
      const body = isFunction && code[at] === "{" && /[\w)\]}>]\s*$/.test(code.slice(start, at));
      at = closing(code, at);
      if (body && !/^\s*[{|&[]/.test(code.slice(at))) return at;
    }
  }
  return Math.min(at + 1, code.length);
}
