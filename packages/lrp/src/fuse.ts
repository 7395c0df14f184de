/** Batch normalisation folded into a neighbouring linear layer. */
import { isFoldable, type AffineLayer } from "@relprop/layers";

/** The layer that does what `layer` and then the normalisation do; `undefined` if there is none of its kind. */
export function fuseAfter(layer: AffineLayer, { weight, bias }: AffineLayer): AffineLayer | undefined {
  return isFoldable(layer) ? layer.foldAfter(weight, bias) : undefined;
}

/** The layer that does what the normalisation and then `layer` do; `undefined` if there is none of its kind. */
export function fuseBefore(layer: AffineLayer, { weight, bias }: AffineLayer): AffineLayer | undefined {
  return isFoldable(layer) ? layer.foldBefore(weight, bias) : undefined;
}
