/** `relprop explain --manifest`: how an explanation was made, written down. */
import type { Composite, Explanation } from "@relprop/lrp";
import type { Given } from "./arguments.ts";
import { writtenOptions } from "./given-options.ts";
import { manifestOf, type Manifest } from "./manifest.ts";
import type { Option } from "./option.ts";
import type { RecordingTerminal } from "./recorded-files.ts";
import { signed } from "./signed.ts";
import { UsageError } from "./terminal.ts";
import { visible } from "./visible.ts";

/** `--manifest FILE` and `--sign FILE` */
export const manifestOptions: readonly Option[] = [
  {
    name: "manifest",
    value: "FILE",
    writes: true,
    help: "write down what the explanation was made of, with SHA-256 of all files and of the result, as .json; " +
      "relprop verify makes it again and compares",
  },
  { name: "sign", value: "FILE", help: "sign the manifest with this private Ed25519 key (PEM)" },
];

/**
 * Throws a `UsageError` for a manifest of several inputs, of standard input, or of labels that are not recorded;
 * `words` and `inputs` are what stands on the command line for inputs, and the files it means.
 */
export function checkManifest(given: Given, words: readonly string[], inputs: readonly string[]): void {
  if (!isRecorded(given)) return;
  if (inputs.length !== 1 || words.includes("-")) {
    throw new UsageError(`--manifest takes one INPUT in a file, got ${words.join(", ")}`);
  }
  if (given.list("input").length > 0) throw new UsageError("--manifest takes models of one input, got --input");
  checkRecordedTargets(given);
}

/** Whether a manifest is asked for; throws a `UsageError` for a signature of none. */
export function isRecorded(given: Given): boolean {
  if (given.text("manifest") !== undefined) {
    if (given.positionals[0] === "-") throw new UsageError("--manifest takes a MODEL in a file, got standard input");
    return true;
  }
  if (given.text("sign") !== undefined) throw new UsageError("--sign takes a --manifest, got none");
  return false;
}

function checkRecordedTargets(given: Given): void {
  for (const name of ["target", "against"]) {
    const value = given.text(name);
    if (value !== undefined && !/^(max|\d+(@[\d,]+)?)$/.test(value)) {
      throw new UsageError(`--manifest takes a --${name} by number, got "${value}"`);
    }
  }
}

/** What is written down besides the explanation. */
export interface ManifestSource {
  readonly given: Given;
  readonly path: string;
  /** The file that was explained, or the ids of a text. */
  readonly explained: Pick<Manifest, "input" | "ids">;
  readonly name: string;
  readonly composite: Composite;
}

/** Writes the manifest of an explanation, signed if that is asked for. */
export async function writeManifest(
  explanation: Explanation, { given, path, explained, name, composite }: ManifestSource, terminal: RecordingTerminal,
): Promise<void> {
  const method = given.text("method");
  const options = writtenOptions(given);
  const isLRP = method === undefined || method === "lrp";
  const files = new Map(terminal.files);
  const made = { relprop: await terminal.version(), model: path, ...explained, options, files, name, composite, isLRP };
  const manifest = manifestOf(explanation, made);
  const [target, key] = [given.text("manifest")!, given.text("sign")];
  const content = key === undefined ? manifest : signed(manifest, await terminal.readText(key));
  await terminal.write(target, `${JSON.stringify(content, undefined, 2)}\n`);
  if (!given.on("json")) terminal.print(`wrote ${visible(target)}\n`);
}
