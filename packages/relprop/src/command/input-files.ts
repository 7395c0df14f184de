/** Inputs as a command line names them: files, folders, patterns, standard input. */
import { InputError, type Terminal } from "./terminal.ts";

/** What an input can be, by the end of its name. */
const READABLE = /\.(png|ppm|pgm|jpe?g|webp|avif|npy|csv|tsv)$/i;

/** Whether a file holds numbers as the model takes them, by its name. */
export function isArray(path: string): boolean {
  return /\.(npy|csv|tsv)$/i.test(path);
}

/** The files that these words name: those in folders and below, and those that match `*`, `?`, or `**` (any folder). */
export async function inputFiles(words: readonly string[], terminal: Terminal): Promise<readonly string[]> {
  const found: string[] = [];
  for (const word of words) {
    if (word !== "-" && (await terminal.isFolder(word))) {
      const inside = await filesBelow(word.replace(/(?<=.)[\\/]+$/, ""), terminal);
      if (inside.length === 0) {
        throw new InputError(`${word}: takes a folder with pictures, arrays or tables, got none`);
      }
      for (const path of inside) found.push(path);
    } else if (/[*?]/.test(word) && !(await terminal.has(word))) {
      for (const path of await matching(word, terminal)) found.push(path);
    } else found.push(word);
  }
  return found;
}

/**
 * The readable files in a folder and in those below it, by name; folders of classes are such. A folder that links lead
 * to again is passed over, or links in circles would never end.
 */
export async function filesBelow(
  folder: string, terminal: Terminal, readable: RegExp = READABLE, seen: Set<string> = new Set(),
): Promise<string[]> {
  const place = await terminal.placeOf(folder);
  if (seen.has(place)) return [];
  seen.add(place);
  const found: string[] = [];
  for (const name of [...(await terminal.list(folder))].sort()) {
    const path = `${folder}/${name}`;
    if (readable.test(name)) found.push(path);
    else if (!name.startsWith(".") && (await terminal.isFolder(path))) {
      for (const below of await filesBelow(path, terminal, readable, seen)) found.push(below);
    }
  }
  return found;
}

async function matching(word: string, terminal: Terminal): Promise<readonly string[]> {
  const [, folder = "", pattern = ""] = /^([^*?]*[\\/])?(.*)$/.exec(word) ?? [];
  const found: string[] = [];
  for (const path of await named(folder, pattern.split(/[\\/]+/).filter((part) => part !== ""), terminal, new Set())) {
    if (READABLE.test(path) && (await terminal.has(path))) found.push(path);
    else if (await terminal.isFolder(path)) for (const below of await filesBelow(path, terminal)) found.push(below);
  }
  if (found.length === 0) throw new InputError(`${word}: there is no such file`);
  return [...new Set(found)];
}

/** The names in a folder that a pattern leads to. A folder is gone through once a part, wherever links lead. */
async function named(
  folder: string, [part = "", ...rest]: readonly string[], terminal: Terminal, seen: Set<string>,
): Promise<string[]> {
  const here = folder === "" ? "." : folder.replace(/(?<=.)[\\/]+$/, "");
  const visit = `${rest.length} ${await terminal.placeOf(here)}`;
  if (seen.has(visit)) return [];
  seen.add(visit);
  if (part === "**" && rest.length === 0) return [here];
  const found = part === "**" ? await named(folder, rest, terminal, seen) : [];
  const isNamed = (name: string): boolean => isLike(name, part) && (name[0] !== "." || part[0] === ".");
  const names = /[*?]/.test(part) ? [...(await terminal.list(here))].filter(isNamed).sort() : [part];
  const next = part === "**" ? [part, ...rest] : rest;
  for (const path of names.map((name) => folder + name)) {
    if (rest.length === 0) found.push(path);
    else if (await terminal.isFolder(path)) {
      for (const each of await named(`${path}/`, next, terminal, seen)) found.push(each);
    }
  }
  return found;
}

/** Whether a name has the form of a pattern: after a `*` that took too little only that one takes more. */
function isLike(name: string, pattern: string): boolean {
  let [at, place, star, taken] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[place] === "*") [star, taken] = [place++, at];
    else if (pattern[place] === "?" || pattern[place] === name[at]) [at, place] = [at + 1, place + 1];
    else if (star >= 0) [at, place] = [++taken, star + 1];
    else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}
