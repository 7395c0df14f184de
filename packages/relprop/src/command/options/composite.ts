/** `--composite`: which rules the nodes get. */
import { compositeFromJson, presets, type Composite } from "@relprop/lrp";
import { didYouMean } from "../closest.ts";
import type { Option } from "../option.ts";
import { InputError, UsageError, type Terminal } from "../terminal.ts";

/** The preset taken when none is named. */
export const DEFAULT_COMPOSITE = "epsilon-plus-flat";

/** `--composite NAME` */
export const compositeOption: Option = {
  name: "composite",
  value: "NAME",
  help: "which rules: epsilon-plus-flat (the default: smooth, on regions), epsilon-plus (the same, finer), " +
    "epsilon-alpha2-beta1 and epsilon-alpha2-beta1-flat (what speaks against shows more), epsilon-gamma-box (sharp, " +
    "for normalised photos), attn-lrp and cp-lrp (transformers on texts), attn-lrp-vision (on images), mamba-lrp, " +
    "recurrent (LSTM, GRU), lrp-0 (each layer's own sum), or a .json file",
};

/** A preset by its name, or a composite from a `.json` file. */
export async function chooseComposite(name: string = DEFAULT_COMPOSITE, terminal: Terminal): Promise<Composite> {
  if (name.endsWith(".json")) return fromFile(name, terminal);
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset === undefined) {
    const names = Object.keys(presets);
    const takes = `--composite takes ${names.join(", ")} or a .json file`;
    throw new UsageError(`${takes}, got "${name}"${didYouMean(name, names)}`);
  }
  return preset();
}

async function fromFile(path: string, terminal: Terminal): Promise<Composite> {
  const text = await terminal.readText(path);
  try {
    return compositeFromJson(JSON.parse(text));
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
