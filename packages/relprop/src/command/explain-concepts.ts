/** The most relevant channels of a node, for the terminal. */
import { CRP, topN } from "@relprop/crp";
import { heatmap } from "@relprop/heatmap";
import type { LRP, Target } from "@relprop/lrp";
import type { ReadInput } from "./read-input.ts";
import { UsageError, type Terminal } from "./terminal.ts";

/** Which concepts to show. */
export interface ConceptChoice {
  readonly count: number;
  readonly node: string | undefined;
  readonly target: Target;
}

/** Prints the relevance and a small heatmap of each of the most relevant channels. */
export function explainConcepts(
  lrp: LRP, input: ReadInput, { count, node, target }: ConceptChoice, terminal: Terminal,
): void {
  if (node === undefined) {
    const names = lrp.model.nodes.filter(({ layer }) => layer.role === "linear").map(({ name }) => name);
    throw new UsageError(`--concepts takes a --node, such as ${names.join(", ")}`);
  }
  const { concepts } = new CRP(lrp, node, topN(count)).concepts(input.tensor, { target });
  for (const { ids, atNode, relevance } of concepts) {
    terminal.print(`${node} channel ${ids[0]}: relevance ${atNode[0]!.toFixed(4)}\n`);
    const picture = heatmap({ relevance, layout: input.layout });
    terminal.print(`${picture.ansi({ depth: terminal.color ? 24 : 0, width: 32 })}\n`);
  }
}
