/** `--target`: which output is explained. */
import type { Model } from "@relprop/layers";
import type { Target } from "@relprop/lrp";
import { targetNamed } from "../../named-target.ts";
import type { Given } from "../arguments.ts";
import type { Option } from "../option.ts";
import { UsageError } from "../terminal.ts";

/** `--target` and `--against` */
export const targetOptions: readonly Option[] = [
  {
    name: "target",
    value: "N|NAME|max",
    help: "the output to explain, by number or label, the largest by default; of a map, 4@10,12 is output 4 there",
  },
  { name: "against", value: "N|NAME", help: "what speaks for the target rather than for this output" },
];

/** What the command line gives as target, once the model and the labels are there. */
export function chooseTarget(given: Given, model: Model, labels?: readonly string[]): Target {
  const layout = model.layout(model.outputs[0]!);
  const named = (option: string, word: string): Target => {
    try {
      return targetNamed(`--${option}`, word, labels, layout);
    } catch (error) {
      throw new UsageError((error as Error).message.replace(": takes", " takes"), { cause: error });
    }
  };
  const [target = "max", against] = [given.text("target"), given.text("against")];
  if (against === undefined) return named("target", target);
  if (target === "max") throw new UsageError("--against takes a --target, as in --target 3 --against 5, got none");
  const contrast = { for: named("target", target), against: named("against", against) };
  if (JSON.stringify(contrast.for) === JSON.stringify(contrast.against)) {
    throw new UsageError(`--against takes another output than --target, got ${against} for both`);
  }
  return contrast;
}
