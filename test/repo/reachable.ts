/** How much code a program that imports some names takes along, as a bundler would decide it. */
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { imports } from "./imports.ts";
import { folderOf, published } from "./layering.ts";
import { closing, codeOnly, withoutComments } from "./scan.ts";
import type { Read } from "./surface.ts";

/** Names by the package they come from. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

/** A statement at the top of an emitted module. */
interface Statement {
  readonly text: string;
  /** The names it declares; none if it acts. */
  readonly declares: readonly string[];
  /** Everything in it that could be a name of the module. */
  readonly mentions: readonly string[];
}

interface Module {
  readonly statements: readonly Statement[];
  /** Name it gives to others → own name, where they differ. */
  readonly given: ReadonlyMap<string, string>;
  /** Own name → where it comes from. */
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
}

/**
 * The code that stays when everything is dropped that these names do not need, by module. Declarations nobody
 * mentions are dropped; statements that act, or that call something for their value, stay with their module.
 */
export function reachable(wanted: Wanted, read: Read): ReadonlyMap<string, string> {
  const modules = new Map<string, Module>();
  const kept = new Map<string, Set<Statement>>();
  const asked = new Set<string>();
  const visit = (path: string, name: string): void => {
    if (asked.has(`${path} ${name}`)) return;
    asked.add(`${path} ${name}`);
    const module = modules.get(path) ?? parse(path, read(path));
    modules.set(path, module);
    const source = module.imported.get(name);
    if (source !== undefined) return visit(source.from, source.name);
    const own = module.given.get(name) ?? name;
    const declaring = module.statements.filter(({ declares }) => declares.includes(own));
    if (declaring.length === 0) throw new RangeError(`${path}: takes a name it declares, got ${name}`);
    for (const statement of [...declaring, ...module.statements.filter(acts)]) keep(path, module, statement);
  };
  const keep = (path: string, module: Module, statement: Statement): void => {
    const statements = kept.get(path) ?? new Set();
    kept.set(path, statements);
    if (statements.has(statement)) return;
    statements.add(statement);
    const own = new Set([...module.imported.keys(), ...module.statements.flatMap(({ declares }) => declares)]);
    for (const name of statement.mentions) if (own.has(name)) visit(path, name);
  };
  for (const [specifier, names] of Object.entries(wanted)) names.forEach((name) => visit(resolve("", specifier), name));
  const byPath = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(byPath.map(([path, statements]) => [path, inOrder(modules.get(path)!, statements)]));
}

/** The bytes of all code together, compressed. */
export function compressedBytes(code: Iterable<string>): number {
  return gzipSync([...code].join(""), { level: 9 }).length;
}

function inOrder(module: Module, kept: ReadonlySet<Statement>): string {
  return module.statements.filter((statement) => kept.has(statement)).map(({ text }) => `${text}\n`).join("");
}

/**
 * Whether a statement would have to stay although nobody asks for what it declares. Values that are computed need not:
 * importing a package does nothing, and bundlers are told so (`sideEffects`, and a mark at every such call).
 */
function acts({ declares }: Statement): boolean {
  return declares.length === 0;
}

function parse(path: string, source: string): Module {
  const all = imports(source);
  const imported = all.flatMap(({ specifier, own }) =>
    [...own].map(([name, original]) => [name, { from: resolve(path, specifier), name: original }] as const),
  );
  const code = codeOnly(source);
  const bare = withoutComments(source);
  const statements: Statement[] = [];
  for (let at = start(code, 0); at < code.length; ) {
    const end = endOf(code, at);
    const text = bare.slice(at, end).replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n");
    const passesOn = /^(?:import\b|export\s*\{)/.test(text);
    if (!passesOn) statements.push({ text, declares: declared(text), mentions: mentioned(code.slice(at, end)) });
    at = start(code, end);
  }
  const given = [...code.matchAll(/^export\s*\{([^}]*)\}\s*;/gm)].flatMap(([, names]) =>
    [...names!.matchAll(/([\w$]+) as ([\w$]+)/g)].map(([, own, name]) => [name!, own!] as const),
  );
  return { statements, imported: new Map(imported), given: new Map(given) };
}

function start(code: string, from: number): number {
  return from + /^[\s;]*/.exec(code.slice(from))![0].length;
}

/** The end of a statement: the brace of a function's or class's body, or a semicolon. */
function endOf(code: string, from: number): number {
  const braced = /^(?:export\s+)?(?:async\s+)?(?:function|class)\b/.test(code.slice(from));
  for (let at = from; at < code.length; at++) {
    if (code[at] === ";") return at + 1;
    if (!"([{".includes(code[at]!)) continue;
    const block = code[at] === "{";
    at = closing(code, at) - 1;
    if (braced && block) return at + 1;
  }
  return code.length;
}

function declared(text: string): readonly string[] {
  const named = /^(?:export\s+)?(?:async\s+)?(?:function\s*\*?|class)\s+([\w$]+)/.exec(text)?.[1];
  if (named !== undefined) return [named];
  const pattern = /^(?:export\s+)?(?:const|let|var)\s+([^=;]+)/.exec(text)?.[1];
  return pattern?.match(/[\w$]+/g) ?? [];
}

function mentioned(code: string): readonly string[] {
  return [...new Set(code.match(/(?<![\w$#]|(?<!\.\.)\.)[A-Za-z_$][\w$]*/g))];
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const folder = folderOf(specifier)!;
  const inner = specifier.slice(published(folder).length);
  return `packages/${folder}/dist${inner}/index.js`;
}
