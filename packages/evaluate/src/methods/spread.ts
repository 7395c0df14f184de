/** From relevance at the positions of a node to that of an input. */
import { Tensor, type Layout } from "@relprop/tensor";
import { gridOf } from "../units/grid.ts";

/** The sum over the channels at each position. */
export function overChannels(
  x: Tensor, layout: Layout | undefined, weigh = (value: number, _: number): number => value,
): {
  readonly extents: readonly number[];
  readonly values: Float64Array;
} {
  const grid = gridOf("overChannels", x.shape, layout);
  const values = new Float64Array(grid.positions);
  x.data.forEach((value, i) => {
    values[grid.positionOf(i)]! += weigh(value, grid.channelOf(i));
  });
  return { extents: grid.extents, values };
}

/** A map over positions enlarged to those of an input, straight between middles; every channel gets an equal part. */
export function spreadOver(
  input: Tensor, layout: Layout | undefined, { extents, values }: {
    readonly extents: readonly number[]; readonly values: Float64Array,
  },
): Tensor {
  const grid = gridOf("spreadOver", input.shape, layout);
  if (grid.extents.length !== extents.length) {
    const [takes, got] = [grid.extents.length, extents.length];
    throw new RangeError(`methods: takes a node with ${takes} spatial axes, as its input has, got ${got}`);
  }
  let [map, size] = [values, [...extents]];
  grid.extents.forEach((to, axis) => {
    map = enlarged(map, size, axis, to);
    size = size.with(axis, to);
  });
  return new Tensor(input.shape, Float32Array.from(input.data, (_, i) => map[grid.positionOf(i)]! / grid.channels));
}

function enlarged(map: Float64Array, size: readonly number[], axis: number, to: number): Float64Array {
  const from = size[axis]!;
  if (from === to) return map;
  const inner = size.slice(axis + 1).reduce((all, extent) => all * extent, 1);
  const outer = size.slice(0, axis).reduce((all, extent) => all * extent, 1);
  return Float64Array.from({ length: outer * to * inner }, (_, i) => {
    const [o, t, rest] = [Math.floor(i / (to * inner)), Math.floor(i / inner) % to, i % inner];
    const at = Math.min(from - 1, Math.max(0, ((t + 0.5) * from) / to - 0.5));
    const low = Math.min(from - 1, Math.floor(at));
    const value = (k: number): number => map[(o * from + Math.min(from - 1, k)) * inner + rest]!;
    return (1 - (at - low)) * value(low) + (at - low) * value(low + 1);
  });
}
