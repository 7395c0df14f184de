/** What every method offers: an explanation of an input. */
import { optionsOf, withDeadline } from "@relprop/tensor";
import type { Explanation } from "../report/explanation.ts";
import type { AnalyzeOptions } from "../lrp.ts";
import type { Inputs } from "../run/inputs.ts";

/** Anything that explains inputs: LRP, and the methods it is compared with. */
export interface Analyzer {
  /** Explains one target (per sample) of an input; models with several inputs take them in order or by name. */
  analyze(input: Inputs, options?: AnalyzeOptions): Explanation;
}

/** What explains, ended as a whole by the deadline that it is given: between its passes too. */
export function timely<Found>(
  analyze: (input: Inputs, options: AnalyzeOptions) => Found,
): (input: Inputs, options?: AnalyzeOptions) => Found {
  return (input, options = {}) =>
    withDeadline(optionsOf("analyze", options).deadline ?? Infinity, () => analyze(input, options));
}
