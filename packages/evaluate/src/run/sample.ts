/** What is explained and measured. */
import type { Target } from "@relprop/lrp";
import type { Value } from "@relprop/tensor";

/** A sample of a data set. */
export interface Sample {
  /** Its number, a whole number >= 0 that is its own throughout the data set: random numbers are keyed by it. */
  readonly id: number;
  /** `[1, …]`; a list of those for a model with several inputs, of which the first is hidden. */
  readonly input: Value | readonly Value[];
  /** What is explained; the largest output unless given. */
  readonly target?: Target;
}

/** All inputs of a sample. */
export function inputsOf({ input }: Sample): readonly Value[] {
  return "shape" in input ? [input] : input;
}
