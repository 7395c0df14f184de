/** Images read at the places of a kernel that another input moves. */
import { empty, formatShape, optionsOf, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";

/** What a `DeformableSample` is told; one number for each of two axes. */
export interface DeformableOptions {
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  /** What lies before the image, outside. */
  readonly before?: readonly number[];
  /** Groups of channels that are moved alike. */
  readonly groups?: number;
}

/** One element that a place reads: where, how much of it, and how that changes with the place. */
interface Tap {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly slopes: readonly [down: number, right: number];
  /** Where the place's first coordinate and its weight stand among the offsets and masks. */
  readonly offset: number;
  readonly right: number;
  readonly mask: number;
}

/**
 * `[N, C, H, W]`, offsets `[N, groups · K · 2, H', W']` and maybe weights `[N, groups · K, H', W']` to
 * `[N, C · K, H', W']`: for every output place the K elements under a kernel, each moved by its offset (down, then
 * right) and read between its four neighbours. What lies outside is 0. A convolution over channels sums them up.
 */
export class DeformableSample implements Layer {
  readonly kind = "DeformableSample";
  readonly role = "other";
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly groups: number;

  constructor(options: DeformableOptions) {
    optionsOf("DeformableSample", options);
    const { kernel, stride = [1, 1], dilation = [1, 1], before = [0, 0], groups = 1 } = options;
    this.kernel = kernel;
    this.stride = stride;
    this.dilation = dilation;
    this.before = before;
    this.groups = groups;
  }

  outputShape(...inputs: Shape[]): Shape {
    const [x = [], offset = [], mask] = inputs;
    const places = this.kernel.reduce((a, b) => a * b, 1);
    const fits = (given: Shape, count: number): boolean =>
      given.length === 4 && given[0] === x[0] && given[1] === this.groups * places * count;
    const isMask = mask === undefined || (fits(mask, 1) && mask[2] === offset[2] && mask[3] === offset[3]);
    if (x.length !== 4 || x[1]! % this.groups !== 0 || !fits(offset, 2) || !isMask) {
      const got = inputs.map(formatShape).join(", ");
      throw new ShapeError(`DeformableSample: takes [N, C, H, W] and offsets for ${places} places, got ${got}`);
    }
    return [x[0]!, x[1]! * places, offset[2]!, offset[3]!];
  }

  forward(...inputs: Tensor[]): Tensor {
    const [x, , mask] = inputs as [Tensor, Tensor, Tensor?];
    const out = empty(this.outputShape(...inputs.map(({ shape }) => shape)));
    const sums = new Float64Array(out.size);
    this.#visit(inputs, (tap) => {
      sums[tap.to]! += tap.weight * x.data[tap.from]! * (mask?.data[tap.mask] ?? 1);
    });
    out.data.set(sums);
    return out;
  }

  /** Elements get what they were read with, places what a step down or right would change, weights what they weigh. */
  pullback(...inputs: Tensor[]): Linearization {
    const [x, , mask] = inputs as [Tensor, Tensor, Tensor?];
    const back = (s: Tensor): Tensor[] => {
      const sums = inputs.map(({ size }) => new Float64Array(size));
      const [toX, toOffset, toMask] = sums as [Float64Array, Float64Array, Float64Array?];
      this.#visit(inputs, ({ from, to, weight, slopes, offset, right, mask: at }) => {
        const [value, weighed] = [x.data[from]!, s.data[to]! * (mask?.data[at] ?? 1)];
        toX[from]! += weight * weighed;
        toOffset[offset]! += slopes[0] * value * weighed;
        toOffset[right]! += slopes[1] * value * weighed;
        if (toMask !== undefined) toMask[at]! += weight * value * s.data[to]!;
      });
      return sums.map((sum, i) => {
        const out = empty(inputs[i]!.shape);
        out.data.set(sum);
        return out;
      });
    };
    return { output: this.forward(...inputs), back };
  }

  #visit(inputs: readonly Tensor[], visit: (tap: Tap) => void): void {
    const [x, offsets] = inputs as [Tensor, Tensor];
    const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
    const [rows, columns] = offsets.shape.slice(2) as [number, number];
    const [places, plane] = [this.kernel[0]! * this.kernel[1]!, rows * columns];
    const perGroup = channels / this.groups;
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        const group = n * this.groups + Math.floor(c / perGroup);
        for (let k = 0; k < places; k++) {
          const [down, right] = [Math.floor(k / this.kernel[1]!), k % this.kernel[1]!];
          const place = group * places + k;
          for (let p = 0; p < plane; p++) {
            const [offset, mask] = [2 * place * plane + p, place * plane + p];
            const at = [Math.floor(p / columns), p % columns].map((position, axis) =>
              position * this.stride[axis]! - this.before[axis]! + [down, right][axis]! * this.dilation[axis]! +
              offsets.data[offset + axis * plane]!);
            const [y, z] = at as [number, number];
            // Further outside than one element nothing is read.
            if (!(y > -1 && y < height && z > -1 && z < width)) continue;
            const [top, left] = [Math.floor(y), Math.floor(z)];
            for (const i of [top, top + 1]) {
              for (const j of [left, left + 1]) {
                if (i < 0 || i >= height || j < 0 || j >= width) continue;
                const [wy, wz] = [1 - Math.abs(y - i), 1 - Math.abs(z - j)];
                visit({
                  from: ((n * channels + c) * height + i) * width + j,
                  to: ((n * channels + c) * places + k) * plane + p,
                  weight: wy * wz,
                  slopes: [(i === top ? -1 : 1) * wz, (j === left ? -1 : 1) * wy],
                  offset, right: offset + plane, mask,
                });
              }
            }
          }
        }
      }
    }
  }
}
