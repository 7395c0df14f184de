/** Names of outputs that cannot be all of them, or not of these. */
import { toChannelsFirst, type Layout, type Tensor } from "@relprop/tensor";

/** What is to be said of names that are not as many as the outputs they are for; `undefined` where they are. */
export function oddLabels(
  labels: readonly string[] | undefined, output: Tensor, layout: Layout | undefined,
): string | undefined {
  const count = toChannelsFirst(output, layout).shape[1] ?? 1;
  if (labels === undefined || labels.length === count) return undefined;
  return `there are ${labels.length} labels for ${count} outputs: are they those of this model?`;
}
