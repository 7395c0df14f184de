/** Which rules the nodes get: `--composite`, `--bias`, `--box`. */
import type { Model } from "@relprop/layers";
import { compositeFromJson, type BiasMode, type Composite } from "@relprop/lrp";
import {
  BOXED, compositeNamed, compositeNames, takesBias, takesSums, type NamedCompositeOptions,
} from "../../composite-name.ts";
import { defaultComposite } from "../../default-composite.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { boxOf, type FitOptions } from "../../fit-picture.ts";
import type { Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import { InputError, UsageError, type Terminal } from "../terminal.ts";
import { numbersOf } from "./numbers.ts";

/** The options that say which rules the nodes get. */
export const compositeOptions: readonly Option[] = [
  {
    name: "composite",
    value: "NAME",
    help: "which rules; what suits the network by default. Photos and other pictures: epsilon-plus-flat (smooth, on " +
      "regions), epsilon-plus (the same, finer), epsilon-alpha2-beta1 or epsilon-alpha2-beta1-flat (what speaks " +
      "against shows more), epsilon-gamma-box (sharp, single pixels). Rows of features: epsilon-plus. LSTM and GRU: " +
      "recurrent. Transformers: attn-lrp and cp-lrp (texts), attn-lrp-vision (images), mamba-lrp. Without rules: " +
      "lrp-0. Or a .json file",
  },
  { name: "bias", value: "NAME", help: "what biases do with relevance: absorbed (default), ignored, redistributed" },
  {
    name: "sums", value: "NAME",
    help: "what residual branches and average pools do with relevance: lrp-0 (default), or convolution, the same " +
      "rule as convolutions",
  },
  {
    name: "box",
    value: "LOW,HIGH",
    help: "the least and the largest input, for epsilon-gamma-box; by default those of pictures as preprocessed",
  },
];

/** The rules for a model, and their name. */
export interface ChosenComposite {
  readonly name: string;
  readonly composite: Composite;
}

/** How the rules are chosen once the model is there, by what the command line gives. */
export async function chooseComposite(
  given: Given, terminal: Terminal, fit?: FitOptions,
): Promise<(model: Model, name?: string) => ChosenComposite> {
  const asked = given.text("composite");
  const bias = biasOf(given.text("bias"));
  const box = boxFrom(given.text("box"));
  const sums = sumsOf(given.text("sums"));
  const checked = (name: string): void => check(name, { bias, box, sums });
  if (asked !== undefined) checked(asked);
  const read = asked?.endsWith(".json") === true ? await fromFile(asked, terminal) : undefined;
  return (model, other = asked) => {
    const name = other ?? defaultComposite(model);
    if (other === undefined) checked(name);
    if (read !== undefined && name === asked) return { name, composite: read };
    const bounds = name !== BOXED ? undefined : (box ?? (fit === undefined ? undefined : boxOf(fit)));
    return { name, composite: compositeNamed(name, { bias, sums, box: bounds }) };
  };
}

/** One of several composites by its name, with the box of pictures where it asks for one, or from a `.json` file. */
export async function chosenNamed(
  name: string, compose: (model: Model, name?: string) => ChosenComposite, model: Model, terminal: Terminal,
): Promise<ChosenComposite> {
  const read = await readComposite(name, terminal, "compare");
  return name.endsWith(".json") ? { name, composite: read } : compose(model, name);
}

/** A composite by its name, or from a `.json` file, as this option names it. */
export async function readComposite(name: string, terminal: Terminal, option: string): Promise<Composite> {
  checkName(name, option);
  return name.endsWith(".json") ? fromFile(name, terminal) : compositeNamed(name);
}

/** Throws a `UsageError` for a composite that does not exist, or has no use for what was given with it. */
function check(name: string, { bias, box, sums }: NamedCompositeOptions): void {
  const isFile = checkName(name, "composite");
  if (sums !== undefined && (isFile || !takesSums(name))) {
    throw new UsageError(`--sums is for presets that have a rule for convolutions, got ${name}`);
  }
  if (box !== undefined && name !== BOXED) throw new UsageError(`--box is for --composite ${BOXED}, got ${name}`);
  if (bias !== undefined && (isFile || !takesBias(name))) {
    throw new UsageError(`--bias is for the composites of convolutions and dense layers, got ${name}`);
  }
}

/** Whether it is a file; throws a `UsageError` for a composite that does not exist. */
function checkName(name: string, option: string): boolean {
  const isFile = name.endsWith(".json");
  if (isFile || compositeNames.includes(name)) return isFile;
  const takes = `--${option} takes ${compositeNames.join(", ")} or a .json file`;
  throw new UsageError(`${takes}, got "${name}"${didYouMean(name, compositeNames)}`);
}

async function fromFile(path: string, terminal: Terminal): Promise<Composite> {
  const text = await terminal.readText(path);
  try {
    return compositeFromJson(JSON.parse(text));
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

const BIASES: readonly BiasMode[] = ["absorbed", "ignored", "redistributed"];

function biasOf(word: string | undefined): BiasMode | undefined {
  const found = BIASES.find((each) => each === word);
  if (word === undefined || found !== undefined) return found;
  throw new UsageError(`--bias takes ${BIASES.join(", ")}, got "${word}"${didYouMean(word, BIASES)}`);
}

function sumsOf(word: string | undefined): boolean | undefined {
  if (word === undefined) return undefined;
  if (word === "convolution" || word === "lrp-0") return word === "convolution";
  throw new UsageError(`--sums takes lrp-0 or convolution, got "${word}"${didYouMean(word, ["lrp-0", "convolution"])}`);
}

function boxFrom(text: string | undefined): readonly [low: number, high: number] | undefined {
  if (text === undefined) return undefined;
  const [low, high, ...more] = numbersOf("box", text);
  if (high === undefined || more.length > 0 || !(low! < high)) {
    throw new UsageError(`--box takes two numbers, the lower first, as in -1,1, got "${text}"`);
  }
  return [low!, high];
}
