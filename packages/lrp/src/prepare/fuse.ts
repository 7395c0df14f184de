/** Batch normalisation, which stands at axis 1, folded into a neighbouring linear layer. */
import { isFoldable, type AffineLayer, type FoldableLayer } from "@relprop/layers";

/**
 * The layer that does what `layer` and then the normalisation do to values of `rank` axes (`undefined`: not known); the
 * result is `undefined` if there is none of its kind.
 */
export function fuseAfter(
  layer: AffineLayer, { weight, bias }: AffineLayer, rank: number | undefined,
): AffineLayer | undefined {
  return meets(layer, rank) ? layer.foldAfter(weight, bias) : undefined;
}

/** The layer that does what the normalisation and then `layer` do; `undefined` if there is none of its kind. */
export function fuseBefore(
  layer: AffineLayer, { weight, bias }: AffineLayer, rank: number | undefined,
): AffineLayer | undefined {
  return meets(layer, rank) ? layer.foldBefore(weight, bias) : undefined;
}

/** Whether the channels of a layer are those the normalisation scales: only with two axes is the last one axis 1. */
function meets(layer: AffineLayer, rank: number | undefined): layer is FoldableLayer {
  return isFoldable(layer) && (layer.channelsLast !== true || rank === 2);
}
