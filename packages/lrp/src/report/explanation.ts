/** What an analysis returns. */
import type { Layout, Tensor } from "@relprop/tensor";
import type { ConservationReport } from "./conservation.ts";

/** Relevance and what belongs to it; every tensor has memory of its own. */
export interface Explanation {
  /** Relevance of the first input of floats, in its shape; where there is none, of the first looked-up rows. */
  readonly relevance: Tensor;
  /** Where the channels of `relevance` stand; `undefined` where the network does not say, or there are none. */
  readonly layout?: Layout | undefined;
  /** Relevance of every input of floats by name. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Relevance of the rows that whole numbers look up (token ids: `[N, T, features]`), by the node that does it. */
  readonly sources: ReadonlyMap<string, Tensor>;
  /** The output that was explained. */
  readonly output: Tensor;
  /** Per sample the index of the explained output; `undefined` where the target was no single one. */
  readonly target: readonly number[] | undefined;
  /** Relevance at the outputs of the nodes that were asked for. */
  readonly layers: ReadonlyMap<string, Tensor>;
  /** Where every bit of relevance went; computed when first read, by another pass. */
  readonly conservation: ConservationReport;
  /** Sentences about values that are not finite or leave a rule's box, and about lost relevance; mostly empty. */
  readonly warnings: readonly string[];
}
