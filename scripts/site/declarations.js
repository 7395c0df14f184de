// What a package offers, from its emitted declarations: names with kind, docstring, signature and place.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Every name that the entry at `path` exports: `{ name, kind, doc, code, file }`, in alphabetical order. */
export function offered(path) {
  const found = new Map();
  const source = readFileSync(path, "utf8");
  for (const one of declared(source, path)) add(found, one);
  for (const [, names, from] of source.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)) {
    if (!from.startsWith(".")) continue;
    const module = join(dirname(path), from.replace(/(\.d)?\.[jt]s$/, ".d.ts"));
    const below = new Map(offered(module).map((it) => [it.name, it]));
    for (const word of names.split(",").map((name) => name.trim().replace(/^type /, "")).filter(Boolean)) {
      const [name, shown = name] = word.split(" as ");
      if (below.has(name)) add(found, { ...below.get(name), name: shown }); // else another package declares it
    }
  }
  return [...found.values()].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** The names of other packages that the entry at `path` offers too, by the package. */
export function passedOn(path) {
  const found = new Map();
  const source = readFileSync(path, "utf8");
  for (const [, names, from] of source.matchAll(/export (?:type )?\{([^}]*)\} from "([^".][^"]*)"/g)) {
    const all = names.split(",").map((name) => name.trim().replace(/^type /, "").replace(/.* as /, "")).filter(Boolean);
    found.set(from, [...(found.get(from) ?? []), ...all]);
  }
  return found;
}

/** Overloads stand under one name. */
function add(found, one) {
  const before = found.get(one.name);
  if (before !== undefined && before.file === one.file && before.code !== one.code) {
    found.set(one.name, { ...before, code: `${before.code}\n${one.code}`, doc: before.doc || one.doc });
  } else found.set(one.name, one);
}

/** The exported declarations of one emitted module. They begin at the first column, their docstring directly above. */
export function declared(source, file) {
  const lines = source.split("\n");
  const found = [];
  let doc = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line.startsWith("/**")) {
      const end = lines.findIndex((other, i) => i >= at && other.includes("*/"));
      doc = lines.slice(at, end + 1);
      at = end + 1;
      continue;
    }
    const opening = /^export (?:declare |abstract )*(function|class|interface|type|const|let) ([\w$]+)/.exec(line);
    let end = at;
    while (end < lines.length && !ends(lines.slice(at, end + 1))) end++;
    if (opening !== null) {
      found.push({ kind: opening[1], name: opening[2], doc: prose(doc), code: tidy(lines.slice(at, end + 1)), file });
    }
    doc = [];
    at = end + 1;
  }
  return found;
}

/** Whether these lines are a whole declaration: all brackets closed, and a semicolon or brace at the end. */
function ends(lines) {
  const code = lines.join("\n").replace(/\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"/g, "");
  const depth = [...code].reduce((sum, char) => sum + ("([{".includes(char) ? 1 : ")]}".includes(char) ? -1 : 0), 0);
  return depth === 0 && /[;}]\s*$|^\s*$|^\/\//.test(code);
}

/** A docstring without its stars, as Markdown. */
function prose(lines) {
  return lines.join("\n").replace(/^\/\*\*\s?|\s*\*\/$/g, "").replace(/^ ?\* ?/gm, "").trim();
}

/** A signature as it is shown: without what is private. */
function tidy(lines) {
  const shown = lines.filter((line) => !/^\s*(#private|private\s)/.test(line)).join("\n");
  return shown.replace(/^export (?:declare )?/, "").trim();
}
