/** Files by their paths, on hosts that have files: the package itself imports nothing of them. */
import { hostModule } from "./host.ts";

/** Where a file is: a path, or a `file:` URL. */
export type FilePlace = string | { readonly href: string };

interface Files {
  readFile(path: string): Promise<Uint8Array>;
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean }>;
}

interface Paths {
  readonly sep: string;
  dirname(path: string): string;
  join(...parts: readonly string[]): string;
}

/** Whether this says where a file is. */
export function isPlace(given: unknown): given is FilePlace {
  return typeof given === "string" || (typeof given === "object" && given !== null && "href" in given);
}

/** The bytes of a file; throws a `TypeError` naming `who` where they cannot be had, and `or` says what else to do. */
export async function fileAt(who: string, place: FilePlace, or = ""): Promise<Uint8Array> {
  const path = pathOf(who, place);
  const files = hostModule<Files>("node:fs/promises");
  const shown = path.length > 80 ? `${path.slice(0, 80)}…` : path;
  if (files === undefined) {
    throw new TypeError(`${who}: takes paths where the host has files, got "${shown}": give its bytes, or a Response`);
  }
  const fail = (why: string, cause?: unknown): never => {
    throw new TypeError(`${who}: takes files that can be read, got "${shown}": ${why}${or}`, { cause });
  };
  try {
    const known = await files.stat(path);
    if (!known.isFile()) fail(known.isDirectory() ? "it is a folder" : "it is no file");
    return await files.readFile(path);
  } catch (error) {
    if (error instanceof TypeError && error.message.startsWith(who)) throw error;
    const { code = String(error) } = error as { readonly code?: string };
    return fail(code === "ENOENT" || code === "ENAMETOOLONG" ? "there is no such file" : code, error);
  }
}

/** Reads files that lie in the folder of a model or below it, by their paths from there. */
export function filesBeside(who: string, place: FilePlace): (name: string) => Promise<Uint8Array | undefined> {
  return async (name) => {
    const [files, paths] = [hostModule<Files>("node:fs/promises")!, hostModule<Paths>("node:path")!];
    const path = pathOf(who, place);
    const folder = paths.dirname(path);
    const [home, own, found] = await Promise.all([
      files.realpath(folder), files.realpath(path).then(paths.dirname),
      files.realpath(paths.join(folder, name)).catch(() => undefined),
    ]);
    if (found === undefined) return undefined;
    if (![home, own].some((each) => found.startsWith(each.endsWith(paths.sep) ? each : each + paths.sep))) {
      throw new TypeError(`${who}: takes weights in the folder of the model, got a link to ${found}`);
    }
    return fileAt(who, found);
  };
}

function pathOf(who: string, place: FilePlace): string {
  if (typeof place === "string" && !/^[a-z][a-z\d+.-]+:\/\//i.test(place)) return place;
  const url = typeof place === "string" ? place : place.href;
  if (!url.startsWith("file:")) {
    throw new TypeError(`${who}: takes paths of files, got "${url}": give what fetch answers`);
  }
  const convert = hostModule<{ fileURLToPath(url: string): string }>("node:url");
  return convert === undefined ? url : convert.fileURLToPath(url);
}
