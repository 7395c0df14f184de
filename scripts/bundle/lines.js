/** A module's lines as they stand in a bundle, and which line of the module each was. */
import { origin, takenIn } from "./join.js";

/**
 * The lines of the statements that are kept, without imports, exports and comments, under final names, indented as the
 * sources are. Importing a package does nothing, so calls that make a value may be dropped with it: bundlers are told.
 */
export function bundledLines(path, modules, kept, finalName) {
  const module = modules.get(path);
  let [out, at] = ["", 0];
  for (const edit of edits(path, module, modules, kept, finalName)) {
    out += module.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  out += module.text.slice(at);
  return out.split("\n").flatMap((line, number) => {
    if (module.inTemplate.has(number)) return [{ text: line, number }];
    if (line.trim() === "" || line.startsWith("#!")) return [];
    const [indent] = /^(?: {4})*/.exec(line);
    return [{ text: line.slice(indent.length / 2).trimEnd(), number }];
  });
}

function edits(path, module, modules, kept, finalName) {
  const { text, removed } = module;
  const [stays, goes] = [true, false].map((is) => module.statements.filter((statement) => kept.has(statement) === is));
  const renamed = new Map();
  for (const name of [...stays.flatMap(({ declares }) => declares), ...takenIn(module, kept)]) {
    const final = finalName(origin(path, name, modules));
    if (final !== name) renamed.set(name, final);
  }
  // What is called so inside functions here would hide what is imported under another name.
  for (const final of [...renamed.values()]) if (!renamed.has(final)) renamed.set(final, `${final}$0`);
  const others = removed.filter(([place]) => !goes.some(({ start, end }) => place >= start && place < end));
  return [
    // Lines stay, so that they can be counted.
    ...[...others, ...goes.map(({ start, end }) => [start, end])].map(([start, end]) => ({
      start, end, text: text.slice(start, end).replace(/[^\n]/g, ""),
    })),
    ...stays.flatMap(({ calls }) => calls).map((start) => ({ start, end: start, text: "/* @__PURE__ */ " })),
    ...stays.flatMap(({ names }) => names).filter(({ name }) => renamed.has(name)).map((place) => {
      const final = renamed.get(place.name);
      return { ...place, text: place.shorthand ? `${place.name}: ${final}` : final };
    }),
  ].sort((a, b) => a.start - b.start || a.end - b.end);
}
