/** A package's compiled modules as few files: one per entry, and one of what several entries share. */
import { posix } from "node:path";
import { finalNames, given, inOrder, needed, origin, resolve, takenIn, within } from "./join.js";
import { bundledLines } from "./lines.js";
import { takeApart } from "./module.js";
import { mappings, origins } from "./source-map.js";

const SHARED = "shared.js";

/**
 * The files by path, text and source map, that stand for the modules behind `entries`. `read` gives a module's text,
 * `readMap` its source map; a module without one was not compiled but made.
 */
export function bundle(entries, read, readMap) {
  const isMade = (path) => readMap(path) === undefined;
  const modules = load(entries, read);
  const reached = entries.map((entry) => inOrder(entry, modules));
  // What was made beforehand holds much text, behind which code compresses worse.
  const everything = [...new Set(reached.flat())].sort((a, b) => Number(isMade(a)) - Number(isMade(b)));
  const kept = needed(entries, everything, modules);
  const finalName = finalNames(everything, modules, kept);
  const isShared = (path) => reached.filter((paths) => paths.includes(path)).length > 1;
  const fileOf = new Map(everything.map((path) => [
    path, isShared(path) ? SHARED : entries[reached.findIndex((paths) => paths.includes(path))],
  ]));
  const files = new Map([SHARED, ...entries].map((file) => [
    file, { paths: everything.filter((path) => fileOf.get(path) === file), imports: new Map(), exports: new Map() },
  ]));
  const note = (file, kind, from, name, as) => {
    const clauses = files.get(file)[kind];
    clauses.set(from, (clauses.get(from) ?? new Map()).set(as, name));
  };
  /** Says that a file needs a binding, under its final name; the file that declares it gives it away. */
  const need = (file, kind, binding, as) => {
    const [declaring, final] = [fileOf.get(binding.path), finalName(binding)];
    if (declaring === undefined) return note(file, kind, binding.path, binding.name, as);
    if (declaring === file) return kind === "exports" ? note(file, kind, "", final, as) : undefined;
    note(declaring, "exports", "", final, final);
    note(file, kind, relative(file, declaring), final, as);
  };
  for (const path of everything) {
    for (const name of takenIn(modules.get(path), kept)) {
      const binding = origin(path, name, modules);
      need(fileOf.get(path), "imports", binding, finalName(binding));
    }
  }
  for (const entry of entries) {
    for (const name of given(modules.get(entry))) need(entry, "exports", origin(entry, name, modules), name);
  }
  const written = [...files].filter(([, { paths, exports }]) => paths.length > 0 || exports.size > 0);
  return new Map(written.map(([file, parts]) => [file, write(file, parts, { modules, kept, finalName, readMap })]));
}

function load(entries, read) {
  const modules = new Map();
  const visit = (path) => {
    if (modules.has(path)) return;
    modules.set(path, takeApart(read(path)));
    for (const specifier of within(modules.get(path))) visit(resolve(path, specifier));
  };
  entries.forEach(visit);
  return modules;
}

function write(file, { paths, imports, exports }, { modules, kept, finalName, readMap }) {
  const sources = [];
  const head = [...imports].map(([from, names]) => `import ${clause(names)} from "${from}";`);
  const first = modules.get(file)?.text.split("\n", 1)[0] ?? "";
  if (first.startsWith("#!")) head.unshift(first);
  const lines = head.map((text) => ({ text }));
  for (const path of paths) {
    const map = readMap(path);
    const places = map === undefined ? [] : origins(map);
    const source = map && relative(file, posix.join(posix.dirname(path), map.sources[0]));
    if (source !== undefined) sources.push(source);
    for (const { text, number } of bundledLines(path, modules, kept, finalName)) {
      const place = places[number];
      lines.push({ text, place: place && { source: sources.length - 1, ...place } });
    }
  }
  for (const [from, names] of exports) {
    lines.push({ text: `export ${clause(names)}${from === "" ? "" : ` from "${from}"`};` });
  }
  lines.push({ text: `//# sourceMappingURL=${posix.basename(file)}.map` });
  return {
    text: lines.map(({ text }) => `${text}\n`).join(""),
    map: {
      version: 3, file: posix.basename(file), sources, names: [], mappings: mappings(lines.map(({ place }) => place)),
    },
  };
}

function clause(names) {
  const parts = [...names].map(([as, name]) => (as === name ? name : `${name} as ${as}`));
  return `{ ${parts.sort().join(", ")} }`;
}

function relative(from, to) {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}
