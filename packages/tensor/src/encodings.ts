/** The ways in which files store numbers in few bits. */
import { checkList } from "./check-kind.ts";
import { encoded, type Encoding } from "./encoded.ts";
import { permutedEncoding } from "./permuted-encoding.ts";
import { permutedNumbers } from "./permuted-numbers.ts";
import { sizeOf, type Shape } from "./shape.ts";
import type { Encoded } from "./weights.ts";

/** Half floats, given by their bits. */
export function halfFloats(bits: Uint16Array): Encoded {
  checkList("halfFloats", bits);
  return tabled(bits, halves());
}

/** Brain floats, the upper halves of floats, given by their bits. */
export function brainFloats(bits: Uint16Array): Encoded {
  checkList("brainFloats", bits);
  return permutable({
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
  return permutable({
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

/** Numbers that are put in another order by copying them, but where they can be read where they are. */
function permutable(encoding: Encoding): Encoded {
  const { permuted } = encoding;
  return encoded({
    ...encoding,
    permuted: (shape, axes) => permutedEncoding(encoding, shape, axes) ?? permuted!(shape, axes),
  });
}

/** Numbers that are looked up. */
function tabled(bits: Uint16Array, table: Float32Array): Encoded {
  return permutable({
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
