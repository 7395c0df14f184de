/** Files that a model file names: weights that lie beside it. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { InputError } from "./terminal.ts";

/**
 * The bytes of `path`, relative to the folder of `file`; `undefined` if there is no such file. A link may lead to where
 * the file itself really lies, as in caches whose files are all links, and nowhere else. `fail` says why a file cannot
 * be read.
 */
export function readBeside(
  file: string, path: string, fail: (what: string, error: unknown) => never,
): Uint8Array | undefined {
  const named = join(dirname(file), path);
  if (!existsSync(named)) return undefined;
  const found = realpathSync(named);
  const homes = [realpathSync(dirname(file)), dirname(realpathSync(file))];
  if (!homes.some((home) => found.startsWith(home.endsWith(sep) ? home : `${home}${sep}`))) {
    throw new InputError(`${named}: takes weights in the folder of the model, got a link to ${found}`);
  }
  try {
    return readFileSync(found);
  } catch (error) {
    return fail(`cannot read ${named}`, error);
  }
}
