/** `relprop verify`: whether an explanation can be made again. */
import { LRP, type Explanation } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { methodNamed } from "../method-name.ts";
import { explainingOptions, givenOptions } from "./given-options.ts";
import { apart, differences, manifestOf, TOLERANCE, type Manifest } from "./manifest.ts";
import { group } from "./option.ts";
import { chooseComposite } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { choosePreprocessing } from "./options/picture.ts";
import { chooseTarget } from "./options/target.ts";
import { isArray } from "./input-files.ts";
import { readInput } from "./read-input.ts";
import { readPrepared } from "./read-model.ts";
import { recording } from "./recorded-files.ts";
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
    if (found.length > 0) throw new InputError(`${path}: ${found.join("; ")}`);
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
  const fit = choosePreprocessing(words);
  const compose = await chooseComposite(words, terminal, isArray(was.input) ? undefined : fit);
  const model = await readPrepared(was.model, terminal, { ...chooseReading(words), ...chooseReading(given) });
  const { name, composite } = compose(model);
  const { tensor } = await readInput(was.input, model, terminal, fit);
  const target = chooseTarget(words, model);
  const method = was.options["method"];
  const lrp = new LRP(model, composite);
  const explanation: Explanation = method === undefined || method === "lrp" ? lrp.analyze(tensor, { target })
    : methodNamed(method, model).analyze(tensor as Tensor, { target });
  // What explained nothing was read as well: labels.
  for (const { path } of was.files) if (!terminal.files.has(path)) await terminal.read(path);
  const { options, model: modelPath, input } = was;
  const isLRP = method === undefined || method === "lrp";
  return manifestOf(explanation, {
    relprop: await terminal.version(), model: modelPath, input, options, files: terminal.files, name, composite, isLRP,
  });
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
  const { version, model, input, options, files, composite, output, relevance } = isObject(manifest) ? manifest : {};
  const isFile = (file: unknown): boolean => isObject(file) && [file["path"], file["sha256"]].every(isText);
  const isDigest = (part: unknown): boolean =>
    isObject(part) && isText(part["sha256"]) && [part["shape"], part["probe"]].every(isNumbers);
  const whole = version === 1 && [model, input].every(isText) && [options, composite].every(isObject) &&
    Array.isArray(files) && files.every(isFile) && [output, relevance].every(isDigest);
  if (!whole) {
    throw new InputError(`${path}: takes a manifest of version 1, as relprop explain --manifest writes it`);
  }
  const unknown = Object.keys(options as object).filter((name) => !explainingOptions.includes(name));
  if (unknown.length > 0) throw new InputError(`${path}: takes options of relprop explain, got ${unknown.join(", ")}`);
  return manifest as Readonly<Record<string, unknown>>;
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
