/** Files that are written whole or not at all, whoever else writes them. */
import { randomBytes } from "node:crypto";
import { chmod, lstat, open, readdir, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";

/** What is asked of a place among files. */
interface Status {
  readonly ino: number;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  isFile(): boolean;
  isFIFO(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** As many links may lead on to another; more are a circle. */
const MOST_LINKS = 40;

/** Files by the number under which this process has them open. */
const OPEN = /^\/(dev|proc)\//;

/** Pipes by the number under which a process has them open: somebody reads them, as in `>(command)`. */
const GIVEN = /^\/(dev\/(fd\/|std)|proc\/)/;

/** What a killed process left lies this long, in milliseconds, before it is taken away. */
const LEFT = 3_600_000;

/**
 * Writes beside the file under a name that nobody else has, and puts that in its place. A link stays one: what it leads
 * to is replaced. Devices and open pipes are written to as they are; an error with a code for a pipe with a name, which
 * might be waited for for ever. Returns the stamp of what is there then; throws an error
 * with the code `TAKEN` where `over` says which stamp the file has to have, and another is there.
 */
export async function writeWhole(
  path: string, content: Uint8Array | string, over?: { readonly stamp: string | undefined },
): Promise<string> {
  const known = await found(path, stat);
  if (known?.isFIFO() === true && ![path, await linkedTo(path)].some((each) => GIVEN.test(each))) {
    throw Object.assign(new Error(path), { code: "UNREAD" });
  }
  // What is open already has no place in a folder where something else could be put.
  if (OPEN.test(path) || (known !== undefined && !known.isFile() && !known.isDirectory())) {
    await writeFile(path, content);
    return "";
  }
  const file = await linkedTo(path);
  const partial = `${file}.${randomBytes(8).toString("hex")}.partial`;
  // Created by us or not at all: a link that waits there under this name is not followed.
  const handle = await open(partial, "wx");
  try {
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    if (known !== undefined) await chmod(partial, known.mode & 0o777);
    const stamp = stampOf(await lstat(partial)); // before others can put their own in its place
    const now = over && await found(file, stat);
    if (now !== undefined && stampOf(now) !== over?.stamp) throw Object.assign(new Error(file), { code: "TAKEN" });
    await rename(partial, file);
    return stamp;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** What a file is known again by after others may have put theirs in its place; `undefined` if there is none. */
export async function fileStamp(path: string): Promise<string | undefined> {
  const known = await found(path, stat);
  return known?.isFile() === true ? stampOf(known) : undefined;
}

function stampOf({ ino, size, mtimeMs }: Status): string {
  return `${ino} ${size} ${mtimeMs}`;
}

/** Takes away what processes that were killed while they wrote this file have left beside it. */
export async function sweep(path: string): Promise<void> {
  if (OPEN.test(path)) return;
  const file = await linkedTo(path).catch(() => path);
  const name = basename(file);
  for (const other of await readdir(dirname(file)).catch(() => [])) {
    if (!other.startsWith(`${name}.`) || !/^\.[0-9a-f]{16}\.partial$/.test(other.slice(name.length))) continue;
    const left = resolve(dirname(file), other);
    const { mtimeMs = Infinity } = (await found(left, lstat).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > LEFT) await rm(left, { force: true }).catch(() => undefined);
  }
}

/** Where links from a path lead in the end, also if there is nothing yet. */
async function linkedTo(path: string): Promise<string> {
  let file = path;
  for (let links = 0; (await found(file, lstat))?.isSymbolicLink() === true; links++) {
    if (links === MOST_LINKS) throw Object.assign(new Error("a circle of links"), { code: "ELOOP" });
    file = resolve(dirname(file), await readlink(file));
  }
  return file;
}

/** What is known of a file; `undefined` if there is none. */
async function found(path: string, look: (path: string) => Promise<Status>): Promise<Status | undefined> {
  try {
    return await look(path);
  } catch (error) {
    if ((error as { readonly code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
