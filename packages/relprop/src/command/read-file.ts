/** Files that end: what is no file might be read for ever. */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { FileParts } from "@relprop/models";

/** What is asked of a file before it is read. */
interface Kind {
  isFile(): boolean;
  isFIFO(): boolean;
  isDirectory(): boolean;
}

/** A pipe from the shell, as in `<(command)`, or standard input: someone writes into it, and it ends. */
const GIVEN = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** The bytes of a file; an error with a `code` for a folder, a device, or a pipe with a name, which may never end. */
export async function readWhole(path: string): Promise<Uint8Array> {
  refuseEndless(path, await stat(path));
  return readFile(path);
}

/** No host reads more than that into one array for certain. */
const MOST_IN_ONE = 2 ** 30;

/** The same at once, in parts of at most `most` bytes where the file is larger. */
export function readPartsSync(path: string, most: number = MOST_IN_ONE): FileParts {
  const kind = statSync(path);
  refuseEndless(path, kind);
  if (!(kind.size > most)) return readFileSync(path);
  const parts: Uint8Array[] = [];
  const file = openSync(path, "r");
  try {
    for (let at = 0; at < kind.size;) {
      const part = new Uint8Array(Math.min(most, kind.size - at));
      const count = readSync(file, part, 0, part.length, at);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      at += count;
    }
  } finally {
    closeSync(file);
  }
  return parts;
}

function refuseEndless(path: string, kind: Kind): void {
  if (kind.isFile() || (kind.isFIFO() && GIVEN.test(path))) return;
  const code = kind.isDirectory() ? "EISDIR" : kind.isFIFO() ? "PIPE" : "DEVICE";
  throw Object.assign(new Error(`${path} is no file`), { code });
}
