/** What is known of signs: which activations cannot be negative, from the graph or from a look at the values. */
import { isAffine, type LayerKind, type Model } from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";

/**
 * The names of the nodes whose output is >= 0 whatever the input: what follows a rectifier, until something mixes
 * signs.
 */
export function nonnegativeNodes(model: Model): ReadonlySet<string> {
  const nonnegative = new Set<string>();
  for (const { name, layer, inputs } of model.nodes) {
    const kept = layer.keepsSign === true && inputs.length > 0 && inputs.every((source) => nonnegative.has(source));
    if (kept || rectifies(layer)) nonnegative.add(name);
  }
  return nonnegative;
}

function rectifies(layer: LayerKind): boolean {
  const { activation } = layer as { readonly activation?: { readonly nonnegative?: boolean } };
  return activation?.nonnegative === true && (layer.role === "activation" || isAffine(layer));
}

/** Whether every element is >= 0; NaN counts as not. */
export function isNonnegative(x: Tensor): boolean {
  const { data } = x;
  for (let i = 0; i < data.length; i++) if (!(data[i]! >= 0)) return false;
  return true;
}
