/** The terminal of Node and of runtimes that offer its modules. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { ColorDepth } from "@relprop/heatmap";
import { readBeside } from "./read-beside.ts";
import { readStream, readWhole } from "./read-file.ts";
import { pageFiles } from "./page-files.ts";
import { serve } from "./serve.ts";
import { InputError, type Terminal } from "./terminal.ts";
import { fileStamp, sweep, writeWhole } from "./write-file.ts";

/** Standard streams and the file system; modules are looked for from `folder`, `manifest` says which version it is. */
export function nodeTerminal(folder: string = process.cwd(), manifest?: URL): Terminal {
  const { stdout, stderr, env } = process;
  const swept = new Set<string>();
  const read = (path: string): Promise<Uint8Array> =>
    (path === "-" ? readStream(process.stdin) : readWhole(path))
      .catch((error: unknown) => fail(`cannot read ${path === "-" ? "standard input" : path}`, error));
  const write = async (...[path, content, over]: Parameters<typeof writeWhole>): Promise<string> => {
    if (path === "-") {
      stdout.write(content);
      return "";
    }
    await mkdir(dirname(path), { recursive: true });
    if (!swept.has(path)) await sweep(path);
    swept.add(path);
    return writeWhole(path, content, over);
  };
  return {
    print: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    read,
    readText: async (path) => new TextDecoder().decode(await read(path)),
    readBeside: (file, path) => readBeside(file, path, fail),
    version: async () => {
      const read = manifest === undefined ? "{}" : await readFile(manifest, "utf8");
      return (JSON.parse(read) as { readonly version?: string }).version ?? "unknown";
    },
    load: (name) => loadInstalled(name, folder),
    list: (folder) => readdir(folder).catch((error: unknown) => fail(`cannot list ${folder}`, error)),
    has: (path) => stat(path).then((known) => known.isFile(), () => false),
    isFolder: (path) => stat(path).then((known) => known.isDirectory(), () => false),
    placeOf: (folder) => realpath(folder).catch((error: unknown) => fail(`cannot list ${folder}`, error)),
    write: async (path, content) => {
      await write(path, content).catch((error: unknown) => fail(`cannot write ${path}`, error));
    },
    stamp: (path) => fileStamp(path).catch((error: unknown) => fail(`cannot read ${path}`, error)),
    replace: (path, content, stamp) => write(path, content, { stamp }).catch((error: unknown) => {
      if ((error as { readonly code?: string }).code === "TAKEN") return undefined;
      return fail(`cannot write ${path}`, error);
    }),
    page: () => pageFiles(manifest, folder).catch((error: unknown) => fail("cannot read the studio's page", error)),
    token: () => randomBytes(16).toString("hex"),
    serve: async (port, answer) => {
      const serving = await serve(port, answer)
        .catch((error: unknown) => fail(`cannot listen at port ${port}`, error));
      // An address that nobody could be told is of no use.
      stdout.on("error", serving.close);
      return serving;
    },
    depth: colorDepth(env, stdout.isTTY === true),
    watched: stderr.isTTY === true,
    columns: columnsOf(env, stdout.columns),
  };
}

/** Characters per line: as `COLUMNS` says, else as many as the terminal has, which says 0 where it knows no size. */
export function columnsOf(env: Readonly<Record<string, string | undefined>>, own: number | undefined): number {
  const said = Number(env["COLUMNS"]);
  return Number.isInteger(said) && said > 0 ? said : own || 80;
}

/**
 * Bits of colour by what the environment says: none where `NO_COLOR` is set or nobody watches, as many as
 * `FORCE_COLOR` (1, 2, 3) asks for, else what the terminal is known for.
 */
export function colorDepth(env: Readonly<Record<string, string | undefined>>, watched: boolean): ColorDepth {
  if ((env["NO_COLOR"] ?? "") !== "") return 0;
  const forced = env["FORCE_COLOR"];
  if (forced === "0") return 0;
  if (forced === "1" || forced === "2" || forced === "3") return forced === "1" ? 4 : forced === "2" ? 8 : 24;
  const term = env["TERM"] ?? "";
  if (forced === undefined && (!watched || term === "dumb")) return 0;
  const isExact = /^(truecolor|24bit)$/i.test(env["COLORTERM"] ?? "") || env["WT_SESSION"] !== undefined;
  if (isExact || /direct|truecolor|kitty|ghostty|alacritty/.test(term)) return 24;
  return term.includes("256") ? 8 : 4;
}

/** Looks in a folder where users install, and then where the command itself is. */
async function loadInstalled(name: string, folder: string): Promise<unknown> {
  try {
    const found = createRequire(pathToFileURL(`${folder}/`)).resolve(name);
    return await import(pathToFileURL(found).href);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return import(name).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });
}

function isAbsent(error: unknown): boolean {
  const { code = "" } = error as { readonly code?: string };
  return code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EIO: "the system fails to read or write it",
  ENDLESS: "more than 1 GiB comes from it, and no end",
  EISDIR: "it is a folder",
  ENOTDIR: "it is no folder",
  EACCES: "permission denied",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  ENXIO: "it is a socket, or a device that is not there",
  PIPE: "it is a pipe, which may never end; write what comes out of it into a file",
  UNREAD: "it is a pipe with a name, which nobody may ever read; name a file",
  EADDRINUSE: "something else listens there",
  EPERM: "the system does not permit it",
  EBUSY: "something else uses it",
  ERR_FS_FILE_TOO_LARGE: "it has more than 2 GiB, which no host reads in one piece",
  ERR_SOCKET_BAD_PORT: "ports are numbers up to 65535",
  DEVICE: "it is a device or a socket, not a file",
};

/** Why the system refused something, for people. */
export function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: string }).code ?? "unknown";
  return REASONS[code] ?? code;
}

function fail(what: string, error: unknown): never {
  throw new InputError(`${what}: ${reasonOf(error)}`, { cause: error });
}
