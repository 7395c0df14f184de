/** Which index and name each node has. */
import type { Model } from "@relprop/layers";
import { checkGivenModel } from "../prepare/given-model.ts";

/** A line per node, indented by nesting: its index for `at`, its name for `named`, and its kind. */
export function indices(model: Model): string {
  checkGivenModel("indices", model);
  const width = model.nodes.reduce((most, { index }) => Math.max(most, index.join(", ").length), 0);
  return model.nodes
    .map(({ index, name, layer }) => {
      const path = `[${index.join(", ")}]`.padEnd(width + 2);
      return `${path}  ${"  ".repeat(index.length - 1)}${name} (${layer.kind})`;
    })
    .join("\n");
}
