/** Imputers that do not look at what is hidden: another picture, of which the hidden part is shown. */
import { sizeOf, Tensor } from "@relprop/tensor";
import { gridOf } from "../units/grid.ts";
import type { Imputer } from "./imputer.ts";

/** The same number everywhere, or the elements of a tensor as large as the sample: a baseline. */
export function constant(value: number | Tensor): Imputer {
  const name = typeof value === "number" ? `constant ${value}` : "baseline";
  return {
    name,
    prepare: ({ size }) => {
      if (typeof value === "number") return new Float64Array(size).fill(value);
      if (value.size !== size) throw new RangeError(`constant: takes a tensor of ${size} elements, got ${value.size}`);
      return value.data;
    },
  };
}

/** The mean of each channel over the sample itself. */
export function mean(): Imputer {
  return {
    name: "mean",
    prepare: (input, layout) => {
      const grid = gridOf("mean", input.shape, layout);
      const out = new Float64Array(input.size);
      const [each, step] = grid.isLast ? [1, grid.channels] : [grid.positions, 1];
      for (let channel = 0; channel < grid.channels; channel++) {
        const [first, end] = [channel * each, channel * each + grid.positions * step];
        let sum = 0;
        for (let i = first; i < end; i += step) sum += input.data[i]!;
        for (let i = first; i < end; i += step) out[i] = sum / grid.positions;
      }
      return out;
    },
  };
}

/** Every element drawn from those of its channel, independently. */
export function histogram(): Imputer {
  return {
    name: "histogram",
    prepare: (input, layout, random) => {
      const grid = gridOf("histogram", input.shape, layout);
      const draw = random();
      return Float64Array.from(input.data, (_, i) =>
        input.data[grid.element(grid.channelOf(i), draw.below(grid.positions))]!);
    },
  };
}

/** The sample blurred by a Gaussian of this standard deviation, in positions; mirrored at the borders. */
export function blur(sigma = 5): Imputer {
  if (!(sigma > 0)) throw new RangeError(`blur: takes a standard deviation > 0, got ${sigma}`);
  return {
    name: `blur ${sigma}`,
    prepare: (input, layout) => {
      const grid = gridOf("blur", input.shape, layout);
      const out = Float64Array.from(input.data);
      for (let channel = 0; channel < grid.channels; channel++) {
        const plane = Float64Array.from({ length: grid.positions }, (_, p) => input.data[grid.element(channel, p)]!);
        grid.extents.forEach((extent, axis) => {
          blurAxis(plane, extent, sizeOf(grid.extents.slice(axis + 1)), sigma);
        });
        plane.forEach((value, p) => {
          out[grid.element(channel, p)] = value;
        });
      }
      return out;
    },
  };
}

/** Weights of a Gaussian as far as three standard deviations, along an axis whose neighbours lie `stride` apart. */
function blurAxis(plane: Float64Array, extent: number, stride: number, sigma: number): void {
  const reach = Math.ceil(3 * sigma);
  const weights = Float64Array.from(
    { length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigma ** 2))
  );
  const total = weights.reduce((all, weight) => all + weight, 0);
  const line = new Float64Array(extent);
  for (let start = 0; start < plane.length; start++) {
    if (Math.floor(start / stride) % extent !== 0) continue;
    for (let i = 0; i < extent; i++) {
      let sum = 0;
      weights.forEach((weight, k) => {
        sum += weight * plane[start + mirrored(i + k - reach, extent) * stride]!;
      });
      line[i] = sum / total;
    }
    for (let i = 0; i < extent; i++) plane[start + i * stride] = line[i]!;
  }
}

/** A position beyond the border as if seen in a mirror that stands there. */
function mirrored(position: number, extent: number): number {
  const period = 2 * extent;
  const within = ((position % period) + period) % period;
  return within < extent ? within : period - 1 - within;
}
