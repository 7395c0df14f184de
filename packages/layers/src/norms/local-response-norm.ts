/** Normalisation by the energy of neighbouring channels. */
import { evaluate, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import * as op from "@relprop/tensor/program";
import type { Program, Value } from "@relprop/tensor/program";
import type { Layer, Linearization, Region } from "../layer/layer.ts";
import { ForShape } from "../model/for-shape.ts";
import { axisTaps, resample, type AxisTaps, type Tap } from "../sampling/resample.ts";

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
  /** The channels that every channel sees. */
  readonly #windows = new ForShape(([, channels = 0]): AxisTaps =>
    axisTaps(channels, channels, (channel) => this.#window(channel, channels)));
  readonly #programs: Programs;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    const { alpha = 1e-4, beta = 0.75, bias = 1 } = optionsOf("LocalResponseNorm", options);
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`LocalResponseNorm: takes a size >= 1, got ${size}`);
    const constants = Object.entries({ alpha, beta, bias });
    for (const [name, value] of constants) {
      if (typeof value !== "number") throw new TypeError(`LocalResponseNorm: takes a number as ${name}, got ${value}`);
    }
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.bias = bias;
    this.#programs = programs(this);
  }

  outputShape(input: Shape): Shape {
    if (input.length < 2) throw new ShapeError(`LocalResponseNorm: takes [N, C, …], got ${formatShape(input)}`);
    const window = Math.min(this.size, input[1]!);
    if (input[1]! * window > MOST_SEEN + MOST_SEEN_EACH * input[1]!) {
      throw new ShapeError(`LocalResponseNorm: takes windows of fewer channels, got ${window} for all ${input[1]!}`);
    }
    return input;
  }

  reach(output: Region): Region {
    return output;
  }

  forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return evaluate(this.#programs.forward, x, this.#energy(x));
  }

  /** With d the base of the power: `s_j d_j^−β − (2 α β / size) x_j Σ s_c x_c d_c^(−β−1)` over the c that see j. */
  pullback(x: Tensor): Linearization {
    const energy = this.#energy(x);
    const back = (s: Tensor): Tensor[] => {
      const seen = resample(evaluate(this.#programs.weighted, s, x, energy), 1, this.#windows.get(x.shape).back);
      return [evaluate(this.#programs.back, s, x, energy, seen)];
    };
    return { output: this.forward(x), back };
  }

  /** `Σ x_j²` */
  #energy(x: Tensor): Tensor {
    return resample(evaluate(squares, x), 1, this.#windows.get(x.shape).forward);
  }

  #window(channel: number, channels: number): readonly Tap[] {
    const first = Math.max(0, channel - Math.floor((this.size - 1) / 2));
    const end = Math.min(channels, channel + Math.ceil((this.size - 1) / 2) + 1);
    return Array.from({ length: end - first }, (_, i) => ({ position: first + i, weight: 1 }));
  }
}

/** So many channels are seen by all together, beside so many by each: what is seen is written down. */
const [MOST_SEEN, MOST_SEEN_EACH] = [2 ** 18, 64];

interface Programs {
  /** Of x and the energy. */
  readonly forward: Program;
  /** `s x d^(−β−1)`, of s, x and the energy. */
  readonly weighted: Program;
  /** Of s, x, the energy, and what is seen of the weighted. */
  readonly back: Program;
}

function programs({ size, alpha, beta, bias }: LocalResponseNorm): Programs {
  const power = (energy: Value, exponent: number): Value =>
    op.exp(op.multiply(op.log(op.multiplyAdd(energy, alpha / size, bias)), exponent));
  return {
    forward: op.program(2, (x, energy) => op.multiply(x, power(energy, -beta))),
    weighted: op.program(3, (s, x, energy) => op.multiply(op.multiply(s, x), power(energy, -beta - 1))),
    back: op.program(4, (s, x, energy, seen) => op.subtract(
      op.multiply(s, power(energy, -beta)),
      op.multiply(op.multiply(x, seen), (2 * alpha * beta) / size),
    )),
  };
}

const squares = op.program(1, (x) => op.square(x));
