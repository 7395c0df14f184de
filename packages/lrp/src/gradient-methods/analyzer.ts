/** What every method offers: an explanation of an input. */
import type { Tensor } from "@relprop/tensor";
import type { Explanation } from "../report/explanation.ts";
import type { AnalyzeOptions } from "../lrp.ts";

/** Anything that explains inputs: LRP, and the methods it is compared with. */
export interface Analyzer {
  /** Explains one target (per sample) of an input. */
  analyze(input: Tensor, options?: AnalyzeOptions): Explanation;
}
