/** Random tensors that a seed reproduces, and positions in shapes. */
import { sizeOf, tensor, type Shape, type Tensor } from "@relprop/tensor";
import fc from "fast-check";

/** Numbers from 0 to 1; equal seeds give equal numbers. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A tensor of numbers from `low` to `high`. */
export function randomTensor(shape: Shape, seed = 1, low = -1, high = 1): Tensor {
  const next = random(seed);
  return tensor(Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()), shape);
}

/** A tensor of numbers from −1 to 1, each at least `2 / size` away from every other. */
export function distinctTensor(shape: Shape, seed = 1): Tensor {
  const size = sizeOf(shape);
  const next = random(seed);
  const order = Array.from({ length: size }, (_, i) => [next(), i] as const).sort(([a], [b]) => a - b);
  return tensor(order.map(([, i]) => (2 * i + 1) / size - 1), shape);
}

/** Seeds for random tensors. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 0, max: 1e9 });

/** Lists of one length, each number in a range. */
export function extents(rank: number, min: number, max: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
}

/** Every position of a shape, in row-major order. */
export function positions(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (outer, extent) => outer.flatMap((position) => Array.from({ length: extent }, (_, i) => [...position, i])),
    [[]],
  );
}

/** The element at a position, `outside` where the tensor has none. */
export function at(x: Tensor, position: readonly number[], outside = 0): number {
  let index = 0;
  for (const [axis, i] of position.entries()) {
    const extent = x.shape[axis]!;
    if (i < 0 || i >= extent) return outside;
    index = index * extent + i;
  }
  return x.data[index]!;
}

/** A tensor given by a function of the position. */
export function tensorOf(shape: Shape, f: (position: number[]) => number): Tensor {
  return tensor(positions(shape).map(f), shape);
}
