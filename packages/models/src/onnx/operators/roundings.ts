/** What is to be known of networks that round. */
import type { Node } from "@relprop/layers";

/** What is to be known of a network that rounds what it calculates with. */
export function roundings(nodes: readonly Node[]): readonly string[] {
  const rounding = nodes.filter(({ layer, inert }) => layer.kind === "Quantize" && inert !== true);
  if (rounding.length === 0) return [];
  const who = rounding.length === 1 ? `node "${rounding[0]!.name}" rounds` : `${rounding.length} nodes round`;
  return [`${who} to whole numbers, as the file says; relevance passes rounding by, over dequantised values`];
}
