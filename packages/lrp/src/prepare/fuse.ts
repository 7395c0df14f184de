/** Scales and shifts per channel, batch normalisation among them, folded into a neighbouring linear layer. */
import {
  foldAfter, foldBefore, isElementwiseAffine, isFoldable, outputChannels, type AffineLayer,
} from "@relprop/layers";

/** Where values stand when they are scaled. */
export interface Standing {
  /** How many axes they have; `undefined`: not known. */
  readonly rank: number | undefined;
  /** The orders into which their axes are brought on the way, first to last: output axis i is input axis `order[i]`. */
  readonly orders: readonly (readonly number[])[];
}

/**
 * The layer that does what `layer` and then `scale` do to values that stand so; `undefined` if there is none of its
 * kind, or if `scale` is none per channel.
 */
export function fuseAfter(layer: AffineLayer, scale: AffineLayer, { rank, orders }: Standing): AffineLayer | undefined {
  const channels = isFoldable(layer) ? outputChannels(layer) : undefined;
  if (!isFoldable(layer) || !isElementwiseAffine(scale) || channels === undefined) return undefined;
  const axes = orders[0]?.length ?? layer.rank ?? rank;
  if (axes === undefined && layer.channelsLast !== true) return undefined;
  // Counted from the end, the last axis is the last of any number.
  const [own, count] = layer.channelsLast === true ? [(axes ?? 0) - 1, axes ?? 0] : [1, axes!];
  const axis = orders.reduce((at, order) => order.indexOf(at), own);
  const parts = scale.perChannel(axis, count, channels);
  return parts && foldAfter(layer, parts.scale, parts.shift);
}

/** The layer that does what the normalisation and then `layer` do; `undefined` if there is none of its kind. */
export function fuseBefore(
  layer: AffineLayer, { weight, bias }: AffineLayer, rank: number | undefined,
): AffineLayer | undefined {
  return isFoldable(layer) && (layer.channelsLast !== true || rank === 2) ? foldBefore(layer, weight, bias) : undefined;
}
