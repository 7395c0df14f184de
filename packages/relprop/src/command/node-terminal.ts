/** The terminal of Node and of runtimes that offer its modules. */
import { access, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { readBeside } from "./read-beside.ts";
import { InputError, type Terminal } from "./terminal.ts";

/** Standard streams and the file system; modules are looked for from `folder`. */
export function nodeTerminal(folder: string = process.cwd()): Terminal {
  const { stdout, stderr, env } = process;
  const plain = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  return {
    print: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    read: (path) => readFile(path).catch((error: unknown) => fail(`cannot read ${path}`, error)),
    readText: (path) => readFile(path, "utf8").catch((error: unknown) => fail(`cannot read ${path}`, error)),
    readBeside: (file, path) => readBeside(file, path, fail),
    load: (name) => loadInstalled(name, folder),
    list: (folder) => readdir(folder).catch((error: unknown) => fail(`cannot list ${folder}`, error)),
    has: (path) => access(path).then(() => true, () => false),
    write: async (path, content) => {
      const partial = `${path}.partial`;
      try {
        await writeFile(partial, content);
        await rename(partial, path);
      } catch (error) {
        await rm(partial, { force: true });
        fail(`cannot write ${path}`, error);
      }
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
};

function fail(what: string, error: unknown): never {
  const code = (error as { readonly code?: string }).code ?? "unknown";
  throw new InputError(`${what}: ${REASONS[code] ?? code}`, { cause: error });
}
