/** `--target`: which output is explained. */
import type { Target } from "@relprop/lrp";
import { wholeNumber } from "../arguments.ts";
import type { Option } from "../option.ts";

/** `--target N|max` */
export const targetOption: Option = {
  name: "target",
  value: "N|max",
  help: "the output to explain; the largest by default",
};

/** `max`, or the number of an output. */
export function chooseTarget(text: string = "max"): Target {
  return text === "max" ? "max" : wholeNumber("target", text);
}
