/** The terminal of Node and of runtimes that offer its modules. */
import { readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { readBeside } from "./read-beside.ts";
import { readWhole } from "./read-file.ts";
import { InputError, type Terminal } from "./terminal.ts";
import { sweep, writeWhole } from "./write-file.ts";

/** Standard streams and the file system; modules are looked for from `folder`, `manifest` says which version it is. */
export function nodeTerminal(folder: string = process.cwd(), manifest?: URL): Terminal {
  const { stdout, stderr, env } = process;
  const plain = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const swept = new Set<string>();
  const read = (path: string): Promise<Uint8Array> =>
    readWhole(path).catch((error: unknown) => fail(`cannot read ${path}`, error));
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
    write: async (path, content) => {
      if (!swept.has(path)) await sweep(path);
      swept.add(path);
      await writeWhole(path, content).catch((error: unknown) => fail(`cannot write ${path}`, error));
    },
    color: !plain && (stdout.isTTY === true || (env["FORCE_COLOR"] ?? "0") !== "0"),
    watched: stderr.isTTY === true,
    columns: stdout.columns || 80, // a terminal that knows no size says 0
  };
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
  EISDIR: "it is a folder",
  ENOTDIR: "it is no folder",
  EACCES: "permission denied",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  PIPE: "it is a pipe, which may never end; write what comes out of it into a file",
  DEVICE: "it is a device, not a file",
};

/** Why the system refused something, for people. */
export function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: string }).code ?? "unknown";
  return REASONS[code] ?? code;
}

function fail(what: string, error: unknown): never {
  throw new InputError(`${what}: ${reasonOf(error)}`, { cause: error });
}
