/** What layer, group, instance and RMS normalisation have in common. */
import type { Tensor } from "@relprop/tensor";
import type { AffineLayer, Layer, LayerKind } from "./layer.ts";

/** `scale((x − mean) / σ)` with mean and σ taken over groups of each sample. */
export interface NormalizationLayer extends Layer {
  /** The elementwise affine part; `undefined` if there is none. */
  readonly scale: AffineLayer | undefined;
  /** The same normalisation without the affine part. */
  readonly bare: NormalizationLayer;
  /** `x − mean(x)` of its group (self-adjoint); `x` itself for RMS normalisation. */
  center(x: Tensor): Tensor;
  /** `center(x) / σ` */
  normalize(x: Tensor): Tensor;
}

/** Whether a layer normalises over groups of each sample. */
export function isNormalization(layer: LayerKind): layer is NormalizationLayer {
  return "bare" in layer && "center" in layer && "normalize" in layer;
}
