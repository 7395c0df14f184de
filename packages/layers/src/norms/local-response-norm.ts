/** Normalisation by the energy of neighbouring channels. */
import { empty, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis } from "../layer/axis.ts";
import type { Layer, Linearization, Region } from "../layer/layer.ts";

/** What a `LocalResponseNorm` may be given; defaults as in PyTorch and ONNX. */
export interface LocalResponseNormOptions {
  /** `1e-4` by default. */
  readonly alpha?: number;
  /** `0.75` by default. */
  readonly beta?: number;
  /** `1` by default. */
  readonly bias?: number;
}

/**
 * `x_c / (bias + α / size · Σ x_j²)^β` over the channels j from `c − ⌊(size − 1) / 2⌋` to `c + ⌈(size − 1) / 2⌉`
 * (Krizhevsky et al. 2012; the window as in ONNX).
 */
export class LocalResponseNorm implements Layer {
  readonly kind = "LocalResponseNorm";
  readonly role = "normalization";
  readonly keepsSign = true;
  readonly axisUse = "channelsFirst";
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    const { alpha = 1e-4, beta = 0.75, bias = 1 } = optionsOf("LocalResponseNorm", options);
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`LocalResponseNorm: takes a size >= 1, got ${size}`);
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.bias = bias;
  }

  outputShape(input: Shape): Shape {
    if (input.length < 2) throw new ShapeError(`LocalResponseNorm: takes [N, C, …], got ${formatShape(input)}`);
    return input;
  }

  reach(output: Region): Region {
    return output;
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    const bases = this.#bases(x);
    for (let i = 0; i < out.size; i++) out.data[i] = x.data[i]! * bases[i]! ** -this.beta;
    return out;
  }

  /** With d the base of the power: `s_j d_j^−β − (2 α β / size) x_j Σ s_c x_c d_c^(−β−1)` over the c that see j. */
  pullback(x: Tensor): Linearization {
    const bases = this.#bases(x);
    const back = (s: Tensor): Tensor[] => {
      const weighted = Float64Array.from(s.data, (value, i) => value * x.data[i]! * bases[i]! ** (-this.beta - 1));
      const [before, behind] = this.#reach();
      const sums = channelSums(weighted, x.shape, behind, before);
      const factor = (2 * this.alpha * this.beta) / this.size;
      const out = empty(x.shape);
      for (let i = 0; i < out.size; i++) {
        out.data[i] = s.data[i]! * bases[i]! ** -this.beta - factor * x.data[i]! * sums[i]!;
      }
      return [out];
    };
    return { output: this.forward(x), back };
  }

  /** How many channels before and behind its own a window covers. */
  #reach(): readonly [before: number, behind: number] {
    return [Math.floor((this.size - 1) / 2), Math.ceil((this.size - 1) / 2)];
  }

  #bases(x: Tensor): Float64Array {
    const energy = channelSums(Float64Array.from(x.data, (value) => value * value), x.shape, ...this.#reach());
    return energy.map((sum) => this.bias + (this.alpha / this.size) * sum);
  }
}

/** Per element the sum over the channels from `before` before it to `behind` behind it. */
function channelSums(values: Float64Array, shape: Shape, before: number, behind: number): Float64Array {
  const { outer, extent, inner } = aroundAxis(shape, 1);
  const sums = new Float64Array(values.length);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < extent; c++) {
      for (let j = Math.max(0, c - before); j <= Math.min(extent - 1, c + behind); j++) {
        const [to, from] = [(o * extent + c) * inner, (o * extent + j) * inner];
        for (let i = 0; i < inner; i++) sums[to + i]! += values[from + i]!;
      }
    }
  }
  return sums;
}
