/** What a package offers, read from its emitted declarations. */
import { dirname, join } from "node:path";
import { declarations } from "./declarations.ts";
import { imports } from "./imports.ts";

/** A file's text by its path. */
export type Read = (path: string) => string;

/** The declarations that `index` exports, by name, without comments. Other packages' names are listed, not followed. */
export function surface(index: string, read: Read): string {
  const texts = [...exported(index, read)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => `${text}\n`);
  return texts.join("\n");
}

/** The text that declares each name a module exports. */
function exported(path: string, read: Read): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const source = read(path);
  for (const { name, text } of declarations(source)) {
    const before = found.get(name);
    found.set(name, before === undefined ? tidy(text) : `${before}\n${tidy(text)}`); // overloads stay together
  }
  for (const { specifier, own } of imports(source).filter(({ form }) => form === "export")) {
    const local = specifier.startsWith(".");
    const target = local ? exported(emitted(path, specifier), read) : undefined;
    for (const [name, original] of own) {
      const shown = name === original ? name : `${original} as ${name}`;
      const text = target === undefined ? `export { ${shown} } from "${specifier}";` : target.get(original);
      if (text === undefined) throw new RangeError(`${path}: exports ${original}, which ${specifier} does not declare`);
      found.set(name, name === original ? text : `// as ${name}\n${text}`);
    }
  }
  return found;
}

/** The emitted declarations of a module that another one names by its source. */
function emitted(path: string, specifier: string): string {
  return join(dirname(path), specifier.replace(/(\.d)?\.[jt]s$/, ".d.ts"));
}

/** Without the blanks that comments left, and without what is private. */
function tidy(text: string): string {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines.filter((line) => line !== "" && !/^\s*(#private|private\s)/.test(line)).join("\n");
}
