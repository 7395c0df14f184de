/** What options of several subcommands mean. */
import { compositeFromJson, presets, type Composite, type Target } from "@relprop/lrp";
import { wholeNumber } from "./arguments.ts";
import { didYouMean } from "./closest.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";

/** The preset taken when none is named. */
export const DEFAULT_COMPOSITE = "epsilon-plus-flat";

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

/** `max`, or the number of an output. */
export function chooseTarget(text: string = "max"): Target {
  return text === "max" ? "max" : wholeNumber("target", text);
}
