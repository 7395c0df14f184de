/** Normalisation over the last axes. */
import { formatShape, keep, ones, sameShape, ShapeError, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { GroupNormalization, type NormalizationOptions } from "./group-normalization.ts";
import { Scale } from "./scale.ts";

/** What a `LayerNorm` may be given. */
export interface TrailingNormOptions extends NormalizationOptions {
  /** γ, of the normalised shape; 1 if absent. */
  readonly weight?: Tensor | undefined;
  /** β, of the normalised shape; 0 if absent. */
  readonly bias?: Tensor | undefined;
}

/** Normalisation over the last axes of each sample, which must have exactly the extents of `shape`. */
abstract class TrailingNormalization extends GroupNormalization {
  readonly shape: Shape;
  readonly scale: Scale | undefined;

  constructor(who: string, shape: Shape | number, { weight, bias, ...options }: TrailingNormOptions) {
    super(who, options);
    this.shape = typeof shape === "number" ? [shape] : shape;
    if (this.shape.length === 0) throw new ShapeError(`${who}: takes at least one axis to normalise, got none`);
    for (const [name, parameter] of Object.entries({ weight, bias })) {
      if (parameter !== undefined && !sameShape(parameter.shape, this.shape)) {
        throw new ShapeError(`${who}: takes a ${name} ${formatShape(this.shape)}, got ${formatShape(parameter.shape)}`);
      }
    }
    this.scale =
      weight === undefined && bias === undefined
        ? undefined
        : new Scale(weight ?? keep(() => ones(this.shape)), { bias });
  }

  outputShape(input: Shape): Shape {
    if (input.length <= this.shape.length || !sameShape(input.slice(-this.shape.length), this.shape)) {
      throw new ShapeError(`${this.kind}: takes [N, …, ${this.shape.join(", ")}], got ${formatShape(input)}`);
    }
    return input;
  }

  protected groupSize(): number {
    return sizeOf(this.shape);
  }
}

/** `γ (x − mean) / √(variance + ε) + β` over the last axes (Ba et al. 2016). */
export class LayerNorm extends TrailingNormalization {
  readonly kind = "LayerNorm";
  readonly bare: LayerNorm;

  constructor(shape: Shape | number, options: TrailingNormOptions = {}) {
    super("LayerNorm", shape, options);
    this.bare = this.scale === undefined ? this : new LayerNorm(this.shape, this.options);
  }
}

/** `γ x / √(mean(x²) + ε)` over the last axes (Zhang & Sennrich 2019); a bias is taken though it is not usual. */
export class RMSNorm extends TrailingNormalization {
  readonly kind = "RMSNorm";
  readonly bare: RMSNorm;
  protected override readonly centers = false;

  constructor(shape: Shape | number, options: TrailingNormOptions = {}) {
    super("RMSNorm", shape, options);
    this.bare = this.scale === undefined ? this : new RMSNorm(this.shape, this.options);
  }
}
