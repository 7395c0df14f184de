/** Stored numbers with their axes in another order. */
import { sizeOf, type Shape } from "./shape.ts";

/** Arrays that weights are stored in. */
export type Stored = Uint8Array | Int8Array | Uint16Array | Int16Array | Float32Array;

/** The elements of an array of this shape with `axes[i]` as axis i; in `to`, where it is given. */
export function permutedNumbers<Numbers extends Stored>(
  from: Numbers, shape: Shape, axes: readonly number[], to: Numbers = alike(from, from.length),
): Numbers {
  if (from.length === 0) return to;
  const extents = axes.map((axis) => shape[axis]!);
  const reads = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  // What lies side by side where it is read, and how much lies behind each of it where it is written.
  const along = Math.max(axes.indexOf(shape.length - 1), 0);
  const across = extents.slice(0, along);
  const [behind, steps] = [extents.slice(along + 1), reads.slice(along + 1)];
  const [extent, inner] = [extents[along] ?? 1, sizeOf(behind)];
  const offsets = positions(behind, steps);
  const block = alike(from, SIDE * SIDE);
  const read: Read<Numbers> = (start, end, out, at) => {
    for (let i = start; i < end; i++) out[at++] = from[i]!;
  };
  positions(across, reads).forEach((start, outer) => {
    const first = outer * extent * inner;
    if (inner === 1) to.set(from.subarray(start, start + extent), first);
    else turn(read, start, offsets, extent, to, first, block);
  });
  return to;
}

/** `out[at], … ←` the elements from `from` up to `to`. */
type Read<Numbers> = (from: number, to: number, out: Numbers, at: number) => void;

/** Elements of a block in either direction: blocks stay in the cache however far apart rows are. */
export const SIDE = 64;

/** `to[first + i n + j] ←` the element `start + offsets[j] + i` for n offsets and `count` i, through a block. */
export function turn<Numbers extends Stored>(
  read: Read<Numbers>, start: number, offsets: Int32Array, count: number, to: Numbers, first: number, block: Numbers,
): void {
  for (let i = 0; i < count; i += SIDE) {
    const rows = Math.min(SIDE, count - i);
    for (let j = 0; j < offsets.length; j += SIDE) {
      const columns = Math.min(SIDE, offsets.length - j);
      for (let column = 0; column < columns; column++) {
        const from = start + offsets[j + column]! + i;
        read(from, from + rows, block, column * SIDE);
      }
      for (let row = 0; row < rows; row++) {
        const write = first + (i + row) * offsets.length + j;
        for (let column = 0, at = row; column < columns; column++, at += SIDE) to[write + column] = block[at]!;
      }
    }
  }
}

/** Where every element of these extents begins, in their order, for axes that are so far apart. */
export function positions(extents: readonly number[], steps: readonly number[]): Int32Array {
  let found = new Int32Array(1);
  extents.forEach((extent, axis) => {
    const next = new Int32Array(found.length * extent);
    for (let i = 0; i < next.length; i++) next[i] = found[Math.floor(i / extent)]! + (i % extent) * steps[axis]!;
    found = next;
  });
  return found;
}

function alike<Numbers extends Stored>({ constructor }: Numbers, length: number): Numbers {
  return new (constructor as new (length: number) => Numbers)(length);
}
