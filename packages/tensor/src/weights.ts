/** Weights as kernels take them: floats, or numbers of fewer bits that are decoded where they are used. */

/** Numbers that are stored in few bits, made by `encoded`. They are never written, and decoded a stretch at a time. */
export interface Encoded {
  readonly length: number;
  /** `out[at], out[at + 1], … ←` the numbers from `from` up to `to`. */
  decode(from: number, to: number, out: Float32Array, at: number): void;
  /** The numbers of an array of this shape with `axes[i]` as axis i, in as few bits; absent where that cannot be. */
  readonly permuted?: ((shape: readonly number[], axes: readonly number[]) => Encoded) | undefined;
  /** The floats of the matrix `[columns, rows]` that these are, turned over: kernels may read that instead. */
  readonly turned?: Float32Array | undefined;
  /** Hands over rows as they are decoded, a bounded number at a time, in the one array that `take` gives. */
  slabs(layout: WeightLayout, groups: number, take: TakeFloats, body: UseSlab): void;
}

/** What products take as weights. */
export type Weights = Float32Array | Encoded;

/** How the numbers of a weight lie: those of a row and a channel side by side, groups one behind the other. */
export interface WeightLayout {
  /** Per group. */
  readonly rows: number;
  /** Per group. */
  readonly channels: number;
  readonly rowStep: number;
  readonly channelStep: number;
  /** Whether numbers may come in any order: who uses them goes by a slab's steps and offsets. */
  readonly gathers?: boolean;
}

/** Rows of a weight as floats: how many, the first of them, and how far apart rows and channels are. */
export interface Slab {
  readonly first: number;
  readonly rows: number;
  readonly rowStep: number;
  readonly channelStep: number;
  /** Offsets in a row, channel by channel, as they are here; absent where they are as in the whole weight. */
  readonly offsets?: (whole: Int32Array) => Int32Array;
}

/** Gives room for so many floats. */
export type TakeFloats = (length: number) => Float32Array;

/** Uses rows while they are there. */
export type UseSlab = (slab: Slab, floats: Float32Array) => void;

/** Whether weights lie there as floats. */
export function isPlain(weights: Weights): weights is Float32Array {
  return weights instanceof Float32Array;
}

/** Hands over a weight as floats: all of it, or the rows of an encoded one as they are decoded. */
export function eachSlab(
  weights: Weights, layout: WeightLayout, groups: number, take: TakeFloats, body: UseSlab,
): void {
  if (isPlain(weights)) body({ ...layout, first: 0 }, weights);
  else weights.slabs(layout, groups, take, body);
}
