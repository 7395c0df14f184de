/** Normalisation over groups of each sample that lie in one stretch of memory, which all the usual ones do. */
import { empty, type Shape, type Tensor } from "@relprop/tensor";
import { transposeOne } from "./affine.ts";
import type { AffineLayer, Linearization } from "./layer.ts";
import type { NormalizationLayer } from "./normalization-layer.ts";

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
    return this.#eachGroup(x, ({ mean }, from, to, out) => {
      for (let i = from; i < to; i++) out[i] = x.data[i]! - mean;
    });
  }

  normalize(x: Tensor): Tensor {
    return this.#eachGroup(x, ({ mean, sigma }, from, to, out) => {
      for (let i = from; i < to; i++) out[i] = (x.data[i]! - mean) / sigma;
    });
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
      return [this.#eachGroup(x, ({ mean, deviation, sigma }, from, to, out) => {
        let [total, along] = [0, 0];
        for (let i = from; i < to; i++) {
          total += inner.data[i]!;
          along += inner.data[i]! * (x.data[i]! - mean);
        }
        const average = this.centers ? total / (to - from) : 0;
        // A group without deviation has no direction in which it grows.
        const slope = deviation === 0 ? 0 : along / ((to - from) * deviation * sigma * sigma);
        for (let i = from; i < to; i++) out[i] = (inner.data[i]! - average) / sigma - slope * (x.data[i]! - mean);
      })];
    };
    return { output: this.forward(x), back };
  }

  /** Calls `body` with the statistics and bounds of each group, and the memory of the result. */
  #eachGroup(x: Tensor, body: (statistics: Statistics, from: number, to: number, out: Float32Array) => void): Tensor {
    const result = empty(x.shape);
    const size = this.groupSize(x.shape);
    for (let from = 0; from < x.size; from += size) {
      body(this.#statistics(x.data, from, from + size), from, from + size, result.data);
    }
    return result;
  }

  #statistics(x: Float32Array, from: number, to: number): Statistics {
    let [mean, square] = [0, 0];
    if (this.centers) {
      for (let i = from; i < to; i++) mean += x[i]!;
      mean /= to - from;
    }
    for (let i = from; i < to; i++) square += (x[i]! - mean) ** 2;
    const variance = square / (to - from);
    const sigma = this.epsilonOutside ? Math.sqrt(variance) + this.epsilon : Math.sqrt(variance + this.epsilon);
    return { mean, deviation: this.epsilonOutside ? Math.sqrt(variance) : sigma, sigma };
  }
}

interface Statistics {
  /** 0 where it is not subtracted. */
  readonly mean: number;
  /** What the derivative of σ divides by: the deviation without an ε that is added outside the root. */
  readonly deviation: number;
  /** What the group is divided by. */
  readonly sigma: number;
}
