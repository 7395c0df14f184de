/** Where results are written: into folders that are made, over nothing that is there already, or to standard output. */
import { extname, normalize } from "node:path";
import type { Given } from "./arguments.ts";
import type { Option } from "./option.ts";
import { outputNames, stems } from "./output-names.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** A place for a result, and what is to be written there. */
export interface OutputFile {
  /** `-` for standard output. */
  readonly path: string;
  /** The ending, without its dot. */
  readonly format: string;
}

/**
 * A file for each of these inputs, by `--output` and `--format`; none where nothing is to be written. Throws a
 * `UsageError` for what cannot be written, an `InputError` for files that are there, unless `--force` was given.
 */
export async function outputFiles(
  given: Given, inputs: readonly string[], formats: readonly string[], terminal: Terminal,
): Promise<readonly OutputFile[]> {
  const [output, format] = [given.text("output"), given.text("format")];
  const listed = formats.map((name) => `.${name}`).join(", ").replace(/, ([^,]*)$/, " or $1");
  if (output === undefined) {
    if (format !== undefined) throw new UsageError("--format takes an --output of -, got none");
    return [];
  }
  if (output === "-") {
    if (format === undefined || !formats.includes(format)) {
      throw new UsageError(`--output - takes a --format of ${formats.join(", ")}, got ${format ?? "none"}`);
    }
    if (inputs.length > 1) throw new UsageError(`--output - takes one input, got ${inputs.length}`);
    return [{ path: output, format }];
  }
  if (format !== undefined) throw new UsageError("--format takes an --output of -: a file's name says what it holds");
  if (inputs.length > 1 && !output.includes("*")) {
    throw new UsageError(`--output takes a name with a * for several inputs, got "${output}"`);
  }
  const ending = extname(output).slice(1);
  if (!formats.includes(ending)) throw new UsageError(`--output takes a ${listed} file, got "${output}"`);
  const names = outputNames(output, stems(inputs.map((input) => (input === "-" ? "stdin" : input))));
  await checkFree(names, given, terminal);
  return names.map((path) => ({ path, format: ending }));
}

/**
 * Throws an `InputError` where an option names a file to write that is there already and `--force` was not given, a
 * `UsageError` where two name the same. Names with a `*`, which stands for inputs, are checked when these are known.
 */
export async function checkWritten(options: readonly Option[], given: Given, terminal: Terminal): Promise<void> {
  const files = new Map<string, string>();
  const held: string[] = [];
  for (const { name, writes } of options) {
    const path = given.text(name);
    if (writes === undefined || path === undefined || path === "-") continue;
    const other = files.get(normalize(path));
    if (other !== undefined) {
      throw new UsageError(`--${other} and --${name} take files of their own, got ${path} twice`);
    }
    files.set(normalize(path), name);
    const isOwn = async (): Promise<boolean> =>
      typeof writes === "string" && (await terminal.has(path)) && (await terminal.readText(path)).includes(writes);
    if (!path.includes("*") && !(await isOwn())) held.push(path);
  }
  await checkFree(held, given, terminal);
}

/** Throws an `InputError` where one of these files is there already and `--force` was not given. */
export async function checkFree(paths: readonly string[], given: Given, terminal: Terminal): Promise<void> {
  if (given.on("force")) return;
  for (const path of paths) {
    if (!(await terminal.has(path))) continue;
    throw new InputError(`${path} is there already; --force writes over it, another name leaves it`);
  }
}
