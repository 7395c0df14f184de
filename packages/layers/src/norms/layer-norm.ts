/** Normalisation over the last axes. */
import {
  checkTensor, formatShape, keep, ones, optionsOf, sameShape, ShapeError, sizeOf, type Shape, type Tensor,
} from "@relprop/tensor";
import { GroupNormalization, type NormalizationOptions } from "./group-normalization.ts";
import { Scale } from "../weighted/scale.ts";

/** What a `LayerNorm` may be given. */
export interface TrailingNormOptions extends NormalizationOptions {
  /** γ, of the normalised shape; 1 if absent. */
  readonly weight?: Tensor | undefined;
  /** β, of the normalised shape; 0 if absent. */
  readonly bias?: Tensor | undefined;
}

/** What is normalised: the extents of the last axes, that of the last one, or how many axes of any extents. */
export type NormalizedShape = Shape | number | { readonly axes: number };

/** Normalisation over the last axes of each sample. */
abstract class TrailingNormalization extends GroupNormalization {
  /** The extents it takes; `undefined` where it takes any. */
  readonly shape: Shape | undefined;
  /** How many axes it normalises over. */
  readonly axes: number;
  readonly scale: Scale | undefined;

  constructor(who: string, shape: NormalizedShape, options: TrailingNormOptions) {
    const { weight, bias } = optionsOf(who, options);
    super(who, options);
    const isShape = typeof shape === "number" || Array.isArray(shape) || (typeof shape === "object" && shape !== null);
    if (!isShape) throw new TypeError(`${who}: takes the extents that are normalised, got ${String(shape)}`);
    for (const [name, parameter] of Object.entries({ weight, bias })) {
      if (parameter !== undefined) checkTensor(`${who} ${name}`, parameter);
    }
    const given = typeof shape === "number" ? [shape] : "axes" in shape ? undefined : shape;
    this.shape = given ?? (weight ?? bias)?.shape;
    this.axes = this.shape?.length ?? (shape as { readonly axes: number }).axes;
    if (!(this.axes >= 1)) throw new ShapeError(`${who}: takes at least one axis to normalise, got none`);
    for (const [name, parameter] of Object.entries({ weight, bias })) {
      if (parameter !== undefined && !sameShape(parameter.shape, this.shape!)) {
        throw new ShapeError(
          `${who}: takes a ${name} ${formatShape(this.shape!)}, got ${formatShape(parameter.shape)}`,
        );
      }
    }
    this.scale =
      weight === undefined && bias === undefined
        ? undefined
        : new Scale(weight ?? keep(() => ones(this.shape!)), { bias });
  }

  outputShape(input: Shape): Shape {
    const fits = this.shape === undefined || sameShape(input.slice(-this.axes), this.shape);
    if (input.length <= this.axes || !fits) {
      const extents = this.shape ?? new Array<string>(this.axes).fill("?");
      throw new ShapeError(`${this.kind}: takes [N, …, ${extents.join(", ")}], got ${formatShape(input)}`);
    }
    return input;
  }

  protected groupSize(input: Shape): number {
    return sizeOf(input.slice(-this.axes));
  }

  /** What the same normalisation without its scale is of. */
  protected get normalized(): NormalizedShape {
    return this.shape ?? { axes: this.axes };
  }
}

/** `γ (x − mean) / √(variance + ε) + β` over the last axes (Ba et al. 2016). */
export class LayerNorm extends TrailingNormalization {
  readonly kind = "LayerNorm";
  readonly axisUse = "kept";
  readonly bare: LayerNorm;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(shape: NormalizedShape, options: TrailingNormOptions = {}) {
    super("LayerNorm", shape, options);
    this.bare = this.scale === undefined ? this : new LayerNorm(this.normalized, this.options);
  }
}

/** `γ x / √(mean(x²) + ε)` over the last axes (Zhang & Sennrich 2019); a bias is taken though it is not usual. */
export class RMSNorm extends TrailingNormalization {
  readonly kind = "RMSNorm";
  readonly axisUse = "kept";
  readonly bare: RMSNorm;
  protected override readonly centers = false;

  /** Kernels and `act` alone. */
  get traces(): true {
    return true;
  }

  constructor(shape: NormalizedShape, options: TrailingNormOptions = {}) {
    super("RMSNorm", shape, options);
    this.bare = this.scale === undefined ? this : new RMSNorm(this.normalized, this.options);
  }
}
