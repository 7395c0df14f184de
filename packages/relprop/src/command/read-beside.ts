/** Files that a model file names: weights that lie beside it. */
import { existsSync, realpathSync } from "node:fs";
import * as system from "node:path";
import type { FileParts } from "@relprop/models";
import { readPartsSync } from "./read-file.ts";
import { InputError } from "./terminal.ts";

/**
 * The file `path`, relative to the folder of `file`; `undefined` if there is no such file. A link may lead to where
 * the file itself really lies, as in caches whose files are all links, and nowhere else. `fail` says why a file cannot
 * be read.
 */
export function readBeside(
  file: string, path: string, fail: (what: string, error: unknown) => never,
): FileParts | undefined {
  const named = system.join(system.dirname(file), path);
  if (!existsSync(named)) return undefined;
  const found = realpathSync(named);
  const homes = [realpathSync(system.dirname(file)), system.dirname(realpathSync(file))];
  if (!homes.some((home) => liesWithin(home, found))) {
    throw new InputError(`${named}: takes weights in the folder of the model, got a link to ${found}`);
  }
  try {
    return readPartsSync(found);
  } catch (error) {
    return fail(`cannot read ${named}`, error);
  }
}

/** What is used of the paths of a system. */
interface Paths {
  readonly sep: string;
  relative(from: string, to: string): string;
  isAbsolute(path: string): boolean;
}

/** Whether a path is below a folder, both absolute and without links; by the rules of this system unless told. */
export function liesWithin(folder: string, path: string, { relative, isAbsolute, sep }: Paths = system): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
