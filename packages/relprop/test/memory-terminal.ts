/** The command on a terminal and files that only exist in memory. */
import { main } from "../src/command/main.ts";
import { InputError, type Terminal } from "../src/command/terminal.ts";
import type { Answer, Request } from "../src/command/view-answer.ts";

/** What a run of the command said and wrote. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly written: ReadonlyMap<string, Uint8Array | string>;
  /** How servers that were started answer. */
  readonly served: readonly ((request: Request) => Promise<Answer>)[];
}

/** Runs the command with `files`, by their paths. */
export function run(files: Readonly<Record<string, Uint8Array>>, ...args: readonly string[]): Promise<Run> {
  return runWith(async () => undefined, files, ...args);
}

/** The same where a user has installed modules. */
export function runWith(
  load: (name: string) => Promise<unknown>, files: Readonly<Record<string, Uint8Array>>, ...args: readonly string[]
): Promise<Run> {
  return runIn(80, load, files, ...args);
}

/** The same in a terminal of some width. */
export async function runIn(
  columns: number, load: (name: string) => Promise<unknown>, files: Readonly<Record<string, Uint8Array>>,
  ...args: readonly string[]
): Promise<Run> {
  let [out, err] = ["", ""];
  const written = new Map<string, Uint8Array | string>();
  const served: ((request: Request) => Promise<Answer>)[] = [];
  const read = async (path: string): Promise<Uint8Array> => {
    const file = files[path];
    if (file === undefined) throw new InputError(`cannot read ${path}: there is no such file`);
    return file;
  };
  const terminal: Terminal = {
    print: (line) => void (out += line),
    complain: (line) => void (err += line),
    read,
    readText: async (path) => String.fromCharCode(...(await read(path))),
    readBeside: (file, path) => files[file.replace(/[^/]*$/, path)],
    version: async () => "1.2.3",
    load,
    list: async (folder) => {
      const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
      const names = inside.map((path) => path.slice(folder.length + 1).replace(/\/.*/, ""));
      return [...new Set(names)].reverse();
    },
    has: async (path) => files[path] !== undefined,
    placeOf: async (folder) => folder,
    isFolder: async (path) => Object.keys(files).some((file) => file.startsWith(`${path}/`)),
    write: async (path, content) => void written.set(path, content),
    stamp: async (path) => (files[path] === undefined ? undefined : "read"),
    replace: async (path, content) => {
      written.set(path, content);
      return "written";
    },
    page: async () => new Map([["studio/index.html", async () => "<!doctype html>"]]),
    token: () => "0123456789abcdef",
    serve: async (port, answer) => {
      served.push((request) => answer(request, port));
      return { port, address: "127.0.0.1", ended: Promise.resolve(), close: () => undefined };
    },
    depth: 0,
    watched: false,
    columns,
  };
  const code = await main(args, terminal);
  return { code, out, err, written, served };
}
