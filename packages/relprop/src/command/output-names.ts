/** Names of files that are written, where a `*` stands for what each is of. */
import { UsageError } from "./terminal.ts";

/** What leads to another folder, or no name of a file may hold somewhere. */
const UNNAMED = /^\.*[\\/]+|[\u0000-\u001f\u007f-\u009f\u2028-\u202e\\/:*?"<>|]+/g;

/**
 * `pattern` for each of these, with its name in the place of `*`. A name becomes one part of a path, so that what a
 * file calls itself leads to no other folder. Throws a `UsageError` where two would be written to one file, also where
 * that is so only on systems to which small and capital letters are one.
 */
export function outputNames(pattern: string, names: readonly string[]): readonly string[] {
  const taken = new Map<string, string>();
  return names.map((name) => {
    const file = pattern.replace("*", () => name.replace(UNNAMED, separator));
    const other = taken.get(file.toLowerCase());
    if (other !== undefined) {
      throw new UsageError(`--output takes a file for each, got ${file} for both ${other} and ${name}`);
    }
    taken.set(file.toLowerCase(), name);
    return file;
  });
}

/** Nothing in front, a dash between parts. */
function separator(_: string, at: number): string {
  return at === 0 ? "" : "-";
}

/**
 * The names of inputs without folders and endings; where these are not enough to tell some apart, those have as many
 * of their folders as it takes, or else their endings too.
 */
export function stems(paths: readonly string[]): readonly string[] {
  const parts = paths.map((path) => path.split(/[\\/]+/).filter((part) => part !== "." && part !== ""));
  const names = new Array<string>(paths.length);
  const tell = (among: readonly number[], count: number): void => {
    const isAll = among.every((i) => count > parts[i]!.length);
    const found = new Map<string, number[]>();
    for (const i of among) {
      const name = parts[i]!.slice(-count).join("/");
      names[i] = isAll ? name : name.replace(/(?<=[^/])\.[^./]*$/, "");
      const same = found.get(names[i].toLowerCase());
      if (same === undefined) found.set(names[i].toLowerCase(), [i]);
      else same.push(i);
    }
    if (isAll) return;
    for (const same of found.values()) if (same.length > 1) tell(same, count + 1);
  };
  tell(paths.map((_, i) => i), 1);
  return names;
}
