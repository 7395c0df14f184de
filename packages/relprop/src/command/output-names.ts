/** Names of files that are written, where a `*` stands for what each is of. */
import { UsageError } from "./terminal.ts";

/** What leads to another folder, or no name of a file may hold somewhere. */
const UNNAMED = /^\.*[\\/]+|[\u0000-\u001f\u007f-\u009f\u2028-\u202e\\/:*?"<>|]+/g;

/**
 * `pattern` for each of these, with its name in the place of `*`. A name becomes one part of a path, so that what a
 * file calls itself leads to no other folder. Throws a `UsageError` where two would be written to one file.
 */
export function outputNames(pattern: string, names: readonly string[]): readonly string[] {
  const taken = new Map<string, string>();
  return names.map((name) => {
    const file = pattern.replace("*", () => name.replace(UNNAMED, separator));
    const other = taken.get(file);
    if (other !== undefined) {
      throw new UsageError(`--output takes a file for each, got ${file} for both ${other} and ${name}`);
    }
    taken.set(file, name);
    return file;
  });
}

/** Nothing in front, a dash between parts. */
function separator(_: string, at: number): string {
  return at === 0 ? "" : "-";
}

/** The names of inputs without folders and endings; with their folders where these alone tell them apart. */
export function stems(paths: readonly string[]): readonly string[] {
  const whole = paths.map((path) => path.replace(/\.[^.\\/]*$/, ""));
  const short = whole.map((path) => path.replace(/^.*[\\/]/, ""));
  return short.map((name, i) => (short.indexOf(name) === short.lastIndexOf(name) ? name : whole[i]!));
}
