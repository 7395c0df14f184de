/** The ways in which files store numbers in few bits. */
import { encoded } from "./encoded.ts";
import { sizeOf, type Shape } from "./shape.ts";
import type { Encoded } from "./weights.ts";

/** Half floats, given by their bits. */
export function halfFloats(bits: Uint16Array): Encoded {
  return tabled(bits, halves());
}

/** Brain floats, the upper halves of floats, given by their bits. */
export function brainFloats(bits: Uint16Array): Encoded {
  return encoded({
    length: bits.length,
    decode(from, to, out, at) {
      const words = new Uint32Array(out.buffer, out.byteOffset + 4 * at, to - from);
      for (let i = 0; i < words.length; i++) words[i] = bits[from + i]! << 16;
    },
    permuted: (shape, axes) => brainFloats(permutedNumbers(bits, shape, axes)),
  });
}

/** Whole numbers of 8 or 16 bits. */
export type Levels = Uint8Array | Int8Array | Uint16Array | Int16Array;

/** What levels stand for: `(level − zero) · scale + offset`, computed in double precision. */
export interface LevelScale {
  /** One for all, or one for each position along an axis. */
  readonly scale: ArrayLike<number>;
  /** As many as scales; 0 if absent. */
  readonly zero?: ArrayLike<number> | undefined;
  readonly offset?: number;
  /** The axis that scales lie along, and the extents of the array. */
  readonly along?: { readonly shape: Shape; readonly axis: number };
}

/** Whole numbers that stand for floats. */
export function levels(numbers: Levels, how: LevelScale): Encoded {
  const { scale, zero, offset = 0, along } = how;
  const inner = along === undefined ? numbers.length : sizeOf(along.shape.slice(along.axis + 1));
  return encoded({
    length: numbers.length,
    decode(from, to, out, at) {
      for (let i = from; i < to;) {
        const stretch = Math.floor(i / inner);
        const end = Math.min(to, (stretch + 1) * inner);
        const step = scale[stretch % scale.length]!;
        const origin = zero?.[stretch % scale.length] ?? 0;
        for (; i < end; i++) out[at++] = (numbers[i]! - origin) * step + offset;
      }
    },
    permuted: (shape, axes) => levels(permutedNumbers(numbers, shape, axes), along === undefined ? how : {
      ...how, along: { shape: axes.map((axis) => shape[axis]!), axis: axes.indexOf(along.axis) },
    }),
  });
}

/** Numbers that are looked up. */
function tabled(bits: Uint16Array, table: Float32Array): Encoded {
  return encoded({
    length: bits.length,
    decode(from, to, out, at) {
      for (let i = from; i < to; i++) out[at++] = table[bits[i]!]!;
    },
    permuted: (shape, axes) => tabled(permutedNumbers(bits, shape, axes), table),
  });
}

let table: Float32Array | undefined;

/** Every half float by its bits. */
function halves(): Float32Array {
  return (table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfFloat(bits)));
}

/** The value of a half float's bits. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The elements of an array of this shape with `axes[i]` as axis i. */
export function permutedNumbers<Numbers extends Levels>(from: Numbers, shape: Shape, axes: readonly number[]): Numbers {
  const to = from.slice() as Numbers;
  if (shape.length === 0 || from.length === 0) return to;
  const extents = axes.map((axis) => shape[axis]!);
  const reads = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  const writes = extents.map((_, axis) => sizeOf(extents.slice(axis + 1)));
  // What lies side by side where it is read is read so, a stretch at a time, in the innermost loop: neither side leaves
  // the cache.
  const along = axes.indexOf(shape.length - 1);
  const [extent, step] = [extents[along]!, writes[along]!];
  const copy = (axis: number, read: number, write: number, first: number): void => {
    if (axis === extents.length) {
      const end = Math.min(first + stretch, extent);
      for (let i = first, at = write + first * step; i < end; i++, at += step) to[at] = from[read + i]!;
    } else if (axis === along) {
      for (let start = 0; start < extent; start += stretch) copy(axis + 1, read, write, start);
    } else {
      const [apart, outApart] = [reads[axis]!, writes[axis]!];
      for (let i = 0; i < extents[axis]!; i++) copy(axis + 1, read + i * apart, write + i * outApart, first);
    }
  };
  copy(0, 0, 0, 0);
  return to;
}

// Elements read side by side before others are: those of a line of the cache.
const stretch = 64;
