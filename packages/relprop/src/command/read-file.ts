/** Files that end: what is no file might be read for ever. */
import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";

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

/** The same at once. */
export function readWholeSync(path: string): Uint8Array {
  refuseEndless(path, statSync(path));
  return readFileSync(path);
}

function refuseEndless(path: string, kind: Kind): void {
  if (kind.isFile() || (kind.isFIFO() && GIVEN.test(path))) return;
  const code = kind.isDirectory() ? "EISDIR" : kind.isFIFO() ? "PIPE" : "DEVICE";
  throw Object.assign(new Error(`${path} is no file`), { code });
}
