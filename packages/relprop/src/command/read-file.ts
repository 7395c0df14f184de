/** Files that end: what is no file might be read for ever. */
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { FileParts } from "@relprop/models";

/** What is asked of a file before it is read. */
interface Kind {
  readonly size: number;
  isFile(): boolean;
  isFIFO(): boolean;
  isDirectory(): boolean;
}

/** A pipe from the shell, as in `<(command)`, or standard input: someone writes into it, and it ends. */
const GIVEN = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** Bytes that may come from where nobody says how many will: devices and pipes may never end. */
const MOST_GIVEN = 2 ** 30;

/**
 * The bytes of a file; an error with a `code` for a folder, a device, or a pipe with a name, which may never end. What
 * tells no size, as a pipe from the shell and what the system makes up as it is read, may bring at most `most` bytes.
 */
export async function readWhole(path: string, most: number = MOST_GIVEN): Promise<Uint8Array> {
  const kind = await stat(path);
  refuseEndless(path, kind);
  return kind.size > 0 ? readFile(path) : readStream(createReadStream(path), most);
}

/** All that comes from a stream, such as standard input; throws once it is more than `most` bytes. */
export async function readStream(stream: AsyncIterable<Uint8Array>, most: number = MOST_GIVEN): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > most) throw Object.assign(new Error("a stream that is too long"), { code: "ENDLESS" });
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  parts.reduce((at, part) => {
    bytes.set(part, at);
    return at + part.length;
  }, 0);
  return bytes;
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
