/** `relprop verify`: whether an explanation can be made again. */
import { inParts, LRP, type Explanation } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { methodNamed } from "../method-name.ts";
import { explainedWords } from "./explain-words.ts";
import { givenOptions, isOption, manifestNames } from "./given-options.ts";
import { apart, differences, manifestOf, TOLERANCE, type Making, type Manifest } from "./manifest.ts";
import { group } from "./option.ts";
import { chooseComposite } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { choosePreprocessing } from "./options/picture.ts";
import { chooseTarget } from "./options/target.ts";
import { isArray } from "./input-files.ts";
import { readInput } from "./read-input.ts";
import { Stages } from "./progress.ts";
import { readPrepared, type ReadModelOptions } from "./read-model.ts";
import { recording, type RecordingTerminal } from "./recorded-files.ts";
import { isSignedBy } from "./signed.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import type { Given } from "./arguments.ts";

/** `relprop verify MANIFEST [options]` */
export const verify: Subcommand = {
  summary: "whether an explanation can be made again, bit for bit",
  usage: "MANIFEST [options]",
  about: "Makes the explanation again that relprop explain --manifest wrote down, and compares: every file by its " +
    "SHA-256, the rules, the target, and the bits of output and relevance. With other kernels than those of the " +
    "manifest, numbers may differ by a thousandth of their mean size. Exit code 1 where anything differs.",
  options: [group([
    { name: "key", value: "FILE", help: "a public Ed25519 key (PEM), whose signature the manifest must have" },
    ...modelOptions,
    jsonOption,
  ])],
  async run(given, terminal) {
    const [path, ...more] = given.positionals;
    if (path === undefined || more.length > 0) throw new UsageError("takes one MANIFEST; see relprop verify --help");
    const read = parsed(path, await terminal.readText(path));
    const key = given.text("key");
    if (key !== undefined && !isSignedBy(read, await terminal.readText(key))) {
      throw new InputError(`${path} was not signed by the key in ${key}, or has changed since`);
    }
    const was = read as unknown as Manifest;
    const is = await again(was, given, terminal);
    const found = differences(was, is);
    if (given.on("json")) {
      const distance = apart(was.relevance, is.relevance);
      const { relprop, kernels } = is;
      const said = { manifest: path, same: found.length === 0, differences: found, distance, relprop, kernels };
      terminal.print(`${JSON.stringify({ ...said, signed: key !== undefined })}\n`);
    }
    if (found.length > 0) throw new InputError(`${path}: ${found.join("; ")}`);
    if (given.on("json")) return;
    const sameBits = was.relevance.sha256 === is.relevance.sha256;
    const how = sameBits ? "the same bits"
      : `within ${apart(was.relevance, is.relevance).toPrecision(2)} of them, with other kernels (${is.kernels}); ` +
        `${TOLERANCE} is allowed`;
    terminal.print(`${path}: made again with relprop ${is.relprop}, ${how}${key === undefined ? "" : ", signed"}\n`);
  },
};

async function again(was: Manifest, given: Given, host: Terminal): Promise<Manifest> {
  const terminal = recording(host);
  const words = givenOptions(was.options);
  const reading = merged(chooseReading(words), chooseReading(given));
  if (was.input === undefined) return textAgain(was, words, reading, terminal);
  const fit = choosePreprocessing(words);
  const compose = await chooseComposite(words, terminal, isArray(was.input) ? undefined : fit);
  const model = await readPrepared(was.model, terminal, reading);
  const { name, composite } = compose(model);
  const { tensor } = await readInput(was.input, model, terminal, fit);
  const target = chooseTarget(words, model);
  const method = words.text("method");
  const lrp = new LRP(model, composite, { large: inParts() });
  const explanation: Explanation = method === undefined || method === "lrp" ? lrp.analyze(tensor, { target })
    : methodNamed(method, model).analyze(tensor as Tensor, { target });
  const isLRP = method === undefined || method === "lrp";
  return madeAgain(was, explanation, { input: was.input, name, composite, isLRP }, terminal);
}

async function textAgain(
  was: Manifest, words: Given, reading: ReadModelOptions, terminal: RecordingTerminal,
): Promise<Manifest> {
  const stages = new Stages(terminal);
  try {
    const { explanation, name, composite } = await explainedWords(was.model, words, terminal, stages, reading);
    return await madeAgain(was, explanation, { ids: explanation.ids, name, composite, isLRP: true }, terminal);
  } finally {
    stages.end();
  }
}

async function madeAgain(
  { files, model, options }: Manifest, explanation: Explanation,
  making: Pick<Making, "input" | "ids" | "name" | "composite" | "isLRP">, terminal: RecordingTerminal,
): Promise<Manifest> {
  // What explained nothing was read as well: labels.
  for (const { path } of files) if (!terminal.files.has(path)) await terminal.read(path);
  return manifestOf(explanation, {
    relprop: await terminal.version(), model, options, files: terminal.files, ...making,
  });
}

/** What the manifest says of the model, and what the command line says instead. */
function merged(written: ReadModelOptions, given: ReadModelOptions): ReadModelOptions {
  return {
    ...written, ...given, bind: { ...written.bind, ...given.bind }, shapes: { ...written.shapes, ...given.shapes },
  };
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    const takes = "takes a manifest, as relprop explain --manifest writes it";
    throw new InputError(`${path}: ${takes}, got no JSON: ${(error as Error).message}`, { cause: error });
  }
  const read = isObject(manifest) ? manifest : {};
  const { version, model, input, ids, options, files, composite, output, relevance } = read;
  const isFile = (file: unknown): boolean => isObject(file) && [file["path"], file["sha256"]].every(isText);
  const isDigest = (part: unknown): boolean =>
    isObject(part) && isText(part["sha256"]) && [part["shape"], part["probe"]].every(isNumbers);
  const isInput = ids === undefined ? isText(input) : isNumbers(ids) && input === undefined;
  const whole = version === 1 && isText(model) && isInput && [options, composite].every(isObject) &&
    Array.isArray(files) && files.every(isFile) && [output, relevance].every(isDigest);
  if (!whole) {
    throw new InputError(`${path}: takes a manifest of version 1, as relprop explain --manifest writes it`);
  }
  const unknown = Object.keys(options as object).filter((name) => !manifestNames.includes(name));
  if (unknown.length > 0) throw new InputError(`${path}: takes options of relprop explain, got ${unknown.join(", ")}`);
  const [name, value] = Object.entries(options as object).find((option) => !isOption(...option)) ?? [];
  if (name !== undefined) {
    throw new InputError(`${path}: takes options as texts, got ${name}: ${JSON.stringify(value)}`);
  }
  return read;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}
