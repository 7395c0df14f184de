/** Inputs as a command line names them: files, folders, patterns, standard input. */
import { InputError, type Terminal } from "./terminal.ts";

/** What an input can be, by the end of its name. */
const READABLE = /\.(png|ppm|pgm|jpe?g|webp|avif|npy|csv|tsv)$/i;

/** Whether a file holds numbers as the model takes them, by its name. */
export function isArray(path: string): boolean {
  return /\.(npy|csv|tsv)$/i.test(path);
}

/** The files that these words name: those in folders and below, and those that match `*` and `?` in their last part. */
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

/** The readable files in a folder and in those below it, by name; folders of classes are such. */
export async function filesBelow(folder: string, terminal: Terminal, readable: RegExp = READABLE): Promise<string[]> {
  const found: string[] = [];
  for (const name of [...(await terminal.list(folder))].sort()) {
    const path = `${folder}/${name}`;
    if (readable.test(name)) found.push(path);
    else if (!name.startsWith(".") && (await terminal.isFolder(path))) {
      for (const below of await filesBelow(path, terminal, readable)) found.push(below);
    }
  }
  return found;
}

async function matching(word: string, terminal: Terminal): Promise<readonly string[]> {
  const [, folder = "", last = ""] = /^(.*[\\/])?([^\\/]*)$/.exec(word) ?? [];
  if (/[*?]/.test(folder)) throw new InputError(`${word}: takes * and ? in the last part of a path`);
  const names = await terminal.list(folder === "" ? "." : folder.replace(/(?<=.)[\\/]$/, ""));
  const shape = new RegExp(`^${last.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
  const found = names.filter((name) => shape.test(name) && READABLE.test(name)).sort().map((name) => folder + name);
  if (found.length === 0) throw new InputError(`${word}: there is no such file`);
  return found;
}
