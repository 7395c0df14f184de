/** What the source must not contain, found in its text. What the compiler's flags refuse is left to them. */
import { codeOnly, lineAt, withoutComments } from "./scan.ts";

/** The most lines a file may have. */
export const longest = 300;

interface Ban {
  readonly pattern: RegExp;
  readonly says: string;
  /** Paths where it is allowed. */
  readonly except?: RegExp;
}

const library = /^packages\/[^/]+\/src\//;
const tooMuch = "a list of any length is too much for arguments: reduce it";
const hostFiles = /\/(host|bin)\.ts$|\.d\.ts$/;

const everywhere: readonly Ban[] = [
  { pattern: /\bexport\s*\*/g, says: "export * hides what is exported: list the names" },
  {
    pattern: /\bexport\s+default\b|\bas\s+default\b/g,
    says: "default exports have no name: export a name",
    except: /\.(config|d)\.ts$/,
  },
  {
    pattern: /(?:[:<|&]|\bas|\breadonly|\btype\s+[\w<>]+\s*=)\s*any\b(?!\s*[(:.])/g,
    says: "any switches the compiler off: use unknown",
  },
];

const inLibrary: readonly Ban[] = [
  { pattern: /(?<![.\w$])(?:eval|Function)\(/g, says: "text is never run" },
  { pattern: /^\s*private\b/gm, says: "private is erased: use #private" },
  {
    pattern: /^(?!export\b|import\b|for\b|if\b|switch\b|function\b)[\w$]+(?:\.[\w$]+)*\(/gm,
    says: "importing does nothing: no calls at the top",
    except: /\/bin\.ts$/,
  },
  { pattern: /^\s*declare\b/gm, says: "what the host offers is declared in host.ts", except: hostFiles },
  { pattern: /\bglobalThis\b/g, says: "what the host offers is declared in host.ts", except: hostFiles },
  {
    pattern: /(?<![.\w$])(?:SharedArrayBuffer|Atomics)\b/g,
    says: "shared memory is for the threads alone",
    except: /\/(threads|team|host)\.ts$/,
  },
  {
    pattern: /\b(?:Math\.(?:max|min|hypot)|push|unshift)\((?:[^()[\]]|\([^()]*\))*\.\.\./g,
    says: tooMuch,
  },
  { pattern: /fromCharCode\(\.\.\.(?!\w+\.subarray\()/g, says: tooMuch },
];

/** A complaint for each thing that this file must not contain, with its line. */
export function styleComplaints(path: string, source: string): readonly string[] {
  const code = codeOnly(source);
  const bans = library.test(path) ? [...everywhere, ...inLibrary] : everywhere;
  const found = bans.filter(({ except }) => except === undefined || !except.test(path)).flatMap(({ pattern, says }) =>
    [...code.matchAll(pattern)].map((match) => ({ at: match.index + match[0].search(/\S/), says })),
  );
  if (library.test(path)) {
    found.push(...topLevelAwaits(code).map((at) => ({ at, says: "a top-level await makes every importer wait" })));
  }
  found.push(...silencers(source).map((at) => ({ at, says: "the compiler is not to be silenced" })));
  const lines = source.split("\n").length - 1;
  const length = lines > longest ? [`${path}: has ${lines} lines, at most ${longest} are allowed`] : [];
  return [...length, ...found.map(({ at, says }) => `${path}:${lineAt(source, at)}: ${says}`)];
}

/** A complaint for a file name that is not kebab-case or that could hold anything. */
export function nameComplaints(path: string): readonly string[] {
  const name = /([^/]+?)(?:\.test|\.d|\.config)?\.[jt]s$/.exec(path)?.[1] ?? "";
  const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name);
  const vague = /^(utils?|helpers?|common|types?|misc|shared)$/.test(name);
  return [
    ...(kebab ? [] : [`${path}: takes a name in kebab-case`]),
    ...(vague ? [`${path}: takes a name that says what is in it`] : []),
  ];
}

/** Positions of comments that make the compiler look away. */
function silencers(source: string): readonly number[] {
  const uncommented = withoutComments(source);
  const found = [...source.matchAll(/@ts-(?:ignore|nocheck)/g)].map(({ index }) => index);
  return found.filter((at) => uncommented[at] === " ");
}

/** Positions of `await` with no `async` function around them. */
function topLevelAwaits(code: string): readonly number[] {
  const heads: string[] = [];
  const starts: number[] = [];
  const awaits: number[] = [];
  let since = 0; // where the statement begins
  for (let at = 0; at < code.length; at++) {
    const char = code[at]!;
    if ("([{".includes(char)) {
      heads.push(code.slice(since, at));
      starts.push(since);
      if (char === "{") since = at + 1;
    } else if (")]}".includes(char)) {
      heads.pop();
      const start = starts.pop() ?? 0;
      if (char === "}") since = /^[ \t]*\S/.test(code.slice(at + 1)) ? start : at + 1;
    } else if (char === ";") {
      since = at + 1;
    } else if (code.startsWith("await", at) && !/[\w$.]/.test(`${code[at - 1] ?? ""}${code[at + 5] ?? ""}`)) {
      if (![...heads, code.slice(since, at)].some((head) => /\basync\b/.test(head))) awaits.push(at);
    }
  }
  return awaits;
}
