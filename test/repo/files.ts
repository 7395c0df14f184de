/** The files of the repository as guards see them: everything but what `.gitignore` names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The folders below `packages`. */
export const packages: readonly string[] = readdirSync(join(root, "packages")).sort();

/** Paths from the repository's folder, in order, that end in one of `extensions` (all files where none is given). */
export function files(extensions: readonly string[] = [], folder = ""): readonly string[] {
  const ignored = ignoreRules();
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isSymbolicLink() || ignored(inner, entry.name, entry.isDirectory())) continue;
      if (entry.isDirectory()) visit(inner);
      else if (extensions.length === 0 || extensions.some((end) => entry.name.endsWith(end))) found.push(inner);
    }
  };
  if (existsSync(join(root, folder))) visit(folder);
  return found.sort();
}

/** A file's text, by its path from the repository's folder. */
export function text(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A JSON file's value, by its path from the repository's folder. */
export function json<T>(path: string): T {
  return JSON.parse(text(path)) as T;
}

/** A path from the repository's folder for an absolute one. */
export function short(path: string): string {
  return relative(root, path);
}

/** Reads the three kinds of line that `.gitignore` has here: `name/`, `/name/` at the top, and `*.end`. */
function ignoreRules(): (path: string, name: string, folder: boolean) => boolean {
  const lines = text(".gitignore").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return (path, name, folder) =>
    name === ".git" ||
    lines.some((line) => {
      if (line.startsWith("*")) return name.endsWith(line.slice(1));
      const wanted = line.replace(/^\/|\/$/g, "");
      return folder && (line.startsWith("/") ? path === wanted : name === wanted);
    });
}
