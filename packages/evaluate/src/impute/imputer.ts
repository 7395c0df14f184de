/** What stands where an input is hidden. */
import type { Layout, Tensor } from "@relprop/tensor";
import type { Random } from "../draw/random.ts";

/**
 * The values that stand where elements are hidden; where they depend on which are (1 where hidden), a function of that.
 * Hiding the same gives the same, in whatever order it was hidden.
 */
export type Imputation = ArrayLike<number> | ((hidden: Uint8Array) => ArrayLike<number>);

/** Makes what is needed for one sample `[1, …]` once; `random` gives the numbers of its key from their beginning. */
export interface Imputer {
  readonly name: string;
  prepare(input: Tensor, layout: Layout | undefined, random: () => Random): Imputation;
}

/** An imputer of one's own; the name tells results of different ones apart. */
export function imputer(name: string, prepare: Imputer["prepare"]): Imputer {
  return { name, prepare };
}
