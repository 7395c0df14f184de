/** The most relevant channels of a node, for the terminal. */
import { CRP, topN } from "@relprop/crp";
import { heatmap } from "@relprop/heatmap";
import type { Inputs, LRP, Target } from "@relprop/lrp";
import type { Tensor } from "@relprop/tensor";
import type { ReadInput } from "./read-input.ts";
import { UsageError, type Terminal } from "./terminal.ts";

/** Which concepts to show. */
export interface ConceptChoice {
  readonly count: number;
  readonly node: string | undefined;
  readonly target: Target;
}

/** A concept and its relevance. */
export interface FoundConcept {
  readonly channel: number;
  readonly atNode: number;
  readonly relevance: Tensor;
}

/** The most relevant channels of a node; throws a `UsageError` where none was named. */
export function foundConcepts(
  lrp: LRP, inputs: Inputs, { count, node, target }: ConceptChoice,
): readonly FoundConcept[] {
  if (node === undefined) {
    const names = lrp.model.nodes.filter(({ layer }) => layer.role === "linear").map(({ name }) => name);
    throw new UsageError(`--concepts takes a --node, such as ${names.join(", ")}`);
  }
  const { concepts } = new CRP(lrp, node, topN(count)).concepts(inputs, { target });
  return concepts.map(({ ids, atNode, relevance }) => ({ channel: ids[0]!, atNode: atNode[0]!, relevance }));
}

/** Prints the relevance and a small heatmap of each of the most relevant channels. */
export function printConcepts(
  concepts: readonly FoundConcept[], node: string, input: ReadInput, terminal: Terminal,
): void {
  for (const { channel, atNode, relevance } of concepts) {
    terminal.print(`${node} channel ${channel}: relevance ${atNode.toFixed(4)}\n`);
    const picture = heatmap({ relevance, layout: input.layout });
    terminal.print(`${picture.ansi({ depth: terminal.depth, width: 32 })}\n`);
  }
}
