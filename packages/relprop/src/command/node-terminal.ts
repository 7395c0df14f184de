/** The terminal of Node and of runtimes that offer its modules. */
import { access, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { InputError, type Terminal } from "./terminal.ts";

/** Standard streams and the file system. */
export function nodeTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const plain = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  return {
    print: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
    read: (path) => readFile(path).catch((error: unknown) => fail(`cannot read ${path}`, error)),
    readText: (path) => readFile(path, "utf8").catch((error: unknown) => fail(`cannot read ${path}`, error)),
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
    columns: stdout.columns ?? 80,
  };
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
