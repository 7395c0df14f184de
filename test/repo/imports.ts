/** What a module reads from others, found in its text. */
import { codeOnly, lineAt } from "./scan.ts";

/** One `import … from`, `export … from`, `import "…"` or `import("…")`. */
export interface Import {
  readonly form: "import" | "export" | "dynamic";
  /** What stands between the quotes. */
  readonly specifier: string;
  /** Names as the other module calls them; `*` for all of it. */
  readonly names: readonly string[];
  /** Where a name is called otherwise here: own name → the other module's. */
  readonly own: ReadonlyMap<string, string>;
  readonly typeOnly: boolean;
  readonly line: number;
}

const statement =
  /(?<![\w.$])(import|export)\s+(type\s+(?!from\b))?([\w*{$][^;"'()]*?)\s*\bfrom\s*(["'])([^"'\n]*)\4/dg;
const bare = /(?<![\w.$])import\s*(\(?)\s*(["'])([^"'\n]*)\2/dg;

/** Every import of a module, in order of form. */
export function imports(source: string): readonly Import[] {
  const code = codeOnly(source);
  const found: Import[] = [];
  for (const match of code.matchAll(statement)) {
    const [from, to] = match.indices![5]!;
    const own = ownNames(match[3]!);
    found.push({
      form: match[1] as "import" | "export",
      specifier: source.slice(from, to),
      names: [...new Set(own.values())],
      own,
      typeOnly: match[2] !== undefined || typesOnly(match[3]!),
      line: lineAt(source, match.index),
    });
  }
  for (const match of code.matchAll(bare)) {
    const [from, to] = match.indices![3]!;
    const form = match[1] === "" ? "import" : "dynamic";
    const names = form === "dynamic" ? ["*"] : [];
    const own = new Map(names.map((name) => [name, name]));
    const specifier = source.slice(from, to);
    found.push({ form, specifier, names, own, typeOnly: false, line: lineAt(source, match.index) });
  }
  return found;
}

/** The groups of modules that import one another in a circle, each as a path `a → b → a`. */
export function cycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (module: string, path: readonly string[]): void => {
    if (path.includes(module)) {
      found.push([...path.slice(path.indexOf(module)), module].join(" → "));
      return;
    }
    if (done.has(module)) return;
    for (const next of graph.get(module) ?? []) visit(next, [...path, module]);
    done.add(module);
  };
  for (const module of graph.keys()) visit(module, []);
  return found;
}

/** `{ a, type B, c as d }` → a → a, B → B, d → c; `* as n` → n → *; `x` → x → default. */
function ownNames(clause: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const braced = /\{([^}]*)\}/.exec(clause);
  for (const part of (braced?.[1] ?? "").split(",").map((name) => name.trim().replace(/^type\s+/, ""))) {
    if (part === "") continue;
    const [name, own = name] = part.split(/\s+as\s+/);
    names.set(own!, name!);
  }
  const rest = clause.replace(/\{[^}]*\}/, "").replace(/^\s*type\s/, "").replaceAll(",", " ").trim();
  if (rest.startsWith("*")) names.set(rest.replace(/^\*\s*(as\s+)?/, "") || "*", "*");
  else if (rest !== "") names.set(rest, "default");
  return names;
}

function typesOnly(clause: string): boolean {
  const braced = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1];
  const parts = (braced ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "");
  return parts.length > 0 && parts.every((part) => part.startsWith("type "));
}
