/** Normalisation over groups of each sample that lie in one stretch of memory, which all the usual ones do. */
import { empty, evaluate, rowKernels, sizeOf, type Shape, type Standardization, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import { transposeOne } from "../weighted/affine.ts";
import type { AffineLayer, Linearization } from "../layer/layer.ts";
import type { NormalizationLayer } from "../layer/normalization-layer.ts";

/** What every normalisation may be given. */
export interface NormalizationOptions {
  /** `1e-5` by default. */
  readonly epsilon?: number;
  /** `true`: divide by `√variance + ε`; by default by `√(variance + ε)`. */
  readonly epsilonOutside?: boolean;
}

/** `scale(center(x) / σ)` with `σ = √(mean(center(x)²) + ε)` of each group. */
export abstract class GroupNormalization implements NormalizationLayer {
  abstract readonly kind: string;
  readonly role = "normalization";
  abstract readonly scale: AffineLayer | undefined;
  abstract readonly bare: NormalizationLayer;
  readonly epsilon: number;
  readonly epsilonOutside: boolean;

  constructor(who: string, { epsilon = 1e-5, epsilonOutside = false }: NormalizationOptions) {
    if (!(epsilon >= 0)) throw new RangeError(`${who}: takes epsilon >= 0, got ${epsilon}`);
    this.epsilon = epsilon;
    this.epsilonOutside = epsilonOutside;
  }

  /** What the same normalisation without its scale is made with. */
  protected get options(): NormalizationOptions {
    return { epsilon: this.epsilon, epsilonOutside: this.epsilonOutside };
  }

  abstract outputShape(input: Shape): Shape;
  /** The number of elements in a row that share mean and deviation. */
  protected abstract groupSize(input: Shape): number;
  /** Whether the mean is subtracted. */
  protected readonly centers: boolean = true;

  center(x: Tensor): Tensor {
    if (!this.centers) return x;
    const rows = x.reshape([this.#rows(x.shape), Math.min(this.groupSize(x.shape), x.size)]);
    // Once more, since the mean was rounded.
    return lessMean(lessMean(rows)).reshape(x.shape);
  }

  normalize(x: Tensor): Tensor {
    const out = empty(x.shape);
    rowKernels().standardize(this.#rows(x.shape), this.#how, x.data, out.data);
    return out;
  }

  forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    const normalized = this.normalize(x);
    return this.scale === undefined ? normalized : this.scale.preactivation(normalized);
  }

  /** With c the centred input, d its deviation without ε, s the covector: `center(s) / σ − c Σ s c / (n d σ²)`. */
  pullback(x: Tensor): Linearization {
    const back = (s: Tensor): Tensor[] => {
      const inner = this.scale === undefined ? s : transposeOne(this.scale, s, x.shape);
      const out = empty(x.shape);
      rowKernels().standardizeTransposed(this.#rows(x.shape), this.#how, x.data, inner.data, out.data);
      return [out];
    };
    return { output: this.forward(x), back };
  }

  /** The number of groups. */
  #rows(input: Shape): number {
    const size = sizeOf(input);
    return size === 0 ? 0 : size / this.groupSize(input);
  }

  get #how(): Standardization {
    return { epsilon: this.epsilon, outside: this.epsilonOutside, centers: this.centers };
  }
}

const difference = op.program(2, (x, mean) => op.subtract(x, mean));

/** `x − mean(x)` of each row. */
function lessMean(x: Tensor): Tensor {
  const [rows, size] = x.shape as [number, number];
  const means = empty([rows, 1]);
  rowKernels().sumAxis(rows, size, 1, size, x.data, undefined, means.data);
  return evaluate(difference, x, means);
}
