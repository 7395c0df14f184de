/** Discrete Fourier transforms. */
import { empty, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import { aroundAxis, axisOf } from "../layer/axis.ts";
import type { Layer, Linearization } from "../layer/layer.ts";

/** What a `Fourier` may be given. */
export interface FourierOptions {
  /** The axis of time; the last before that of real and imaginary parts by default. */
  readonly axis?: number;
  /** From frequencies to time, divided by their number. */
  readonly inverse?: boolean;
  /** Only the first half of frequencies, and one; the other way round, the other half is their conjugate. */
  readonly onesided?: boolean;
  /** How many elements of time there are: zeros are appended, or the rest is left out. */
  readonly length?: number | undefined;
}

/** `y_k = Σ_n x_n exp(∓2πi k n / N)` along an axis of `[…, 1 or 2]`, the last axis real and imaginary parts. */
export class Fourier implements Layer {
  readonly kind = "Fourier";
  readonly role = "sum";
  readonly options: FourierOptions;

  constructor(options: FourierOptions = {}) {
    optionsOf("Fourier", options);
    this.options = options;
  }

  outputShape(input: Shape): Shape {
    const parts = input.at(-1);
    if (input.length < 2 || (parts !== 1 && parts !== 2)) {
      throw new ShapeError(`Fourier: takes [… , 1] or [… , 2], got ${formatShape(input)}`);
    }
    const { axis, size, outputs } = this.#extents(input);
    if (!(size >= 1)) throw new ShapeError(`Fourier: takes at least one element, got ${formatShape(input)}`);
    const { onesided = false, inverse = false } = this.options;
    return input.with(axis, outputs).with(-1, onesided && inverse ? 1 : 2);
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    const sums = new Float64Array(out.size);
    this.#visit(x.shape, out.shape, (from, to, weight) => {
      sums[to]! += weight * x.data[from]!;
    });
    out.data.set(sums);
    return out;
  }

  pullback(x: Tensor): Linearization {
    const output = this.forward(x);
    const back = (s: Tensor): Tensor[] => {
      const sums = new Float64Array(x.size);
      this.#visit(x.shape, output.shape, (from, to, weight) => {
        sums[from]! += weight * s.data[to]!;
      });
      const out = empty(x.shape);
      out.data.set(sums);
      return [out];
    };
    return { output, back };
  }

  #extents(input: Shape): { readonly axis: number; readonly size: number; readonly outputs: number } {
    const { onesided = false, inverse = false, length, axis: given = -2 } = this.options;
    const axis = axisOf("Fourier", given, input.length);
    const extent = input[axis]!;
    const size = length ?? (onesided && inverse ? 2 * (extent - 1) : extent);
    return { axis, size, outputs: onesided && !inverse ? Math.floor(size / 2) + 1 : size };
  }

  /** Calls `visit` with the weight of every real number of the input in every one of the output. */
  #visit(input: Shape, output: Shape, visit: (from: number, to: number, weight: number) => void): void {
    const { axis, size, outputs } = this.#extents(input);
    const { onesided = false, inverse = false } = this.options;
    const [parts, results] = [input.at(-1)!, output.at(-1)!];
    const { outer, extent, inner } = aroundAxis(input, axis);
    const lines = inner / parts;
    const used = Math.min(extent, size);
    const scale = inverse ? 1 / size : 1;
    for (let k = 0; k < outputs; k++) {
      for (let n = 0; n < used; n++) {
        const angle = ((inverse ? 2 : -2) * Math.PI * ((k * n) % size)) / size;
        // Frequencies that are left out stand for the conjugates of these.
        const isTwice = onesided && inverse && n > 0 && 2 * n !== size;
        const factor = isTwice ? 2 * scale : scale;
        const [real, imaginary] = [factor * Math.cos(angle), factor * Math.sin(angle)];
        for (let o = 0; o < outer; o++) {
          for (let i = 0; i < lines; i++) {
            const from = ((o * extent + n) * lines + i) * parts;
            const to = ((o * outputs + k) * lines + i) * results;
            visit(from, to, real);
            if (results === 2) visit(from, to + 1, imaginary);
            if (parts === 2) {
              visit(from + 1, to, -imaginary);
              if (results === 2) visit(from + 1, to + 1, real);
            }
          }
        }
      }
    }
  }
}
