/**
 * The seam between what is computed and how fast: a record of coarse functions over arrays.
 *
 * Weights (`b` of dense layers, `weight` of convolutions) are never written after their first use: implementations keep
 * what they derive from them for as long as the array lives. Of encoded ones they keep nothing of that size: a bounded
 * part is decoded at a time, and the bits of results are those that the decoded weights give.
 *
 * Kernels never allocate results and never check: `out` comes last, has the right length and overlaps no operand
 * unless said. The meaning of each is what `scalar` does; others pass the same conformance suite.
 */
import type { ConvGeometry, PoolGeometry } from "./geometry.ts";
import type { Program } from "./program/program.ts";
import type { Weights } from "./weights.ts";

/** How `quotient` keeps denominators away from zero. */
export interface DenominatorGuard {
  readonly epsilon: number;
  /** `false`: `z + ε sign(z)` with `sign(0) = 1`; `true`: `sign(z) max(|z|, ε)`. */
  readonly clip: boolean;
}

/** What results are kept within: `min(max(z, min), max)`. NaN stays. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Results of any size. */
export const unbounded: Bounds = { min: -Infinity, max: Infinity };

/** An array walked over several axes. */
export interface StridedOperand {
  readonly data: Float32Array;
  /** How many elements a step along each axis leads on; 0 where the element stays the same. */
  readonly strides: readonly number[];
}

/** What rows are divided by, and whether they are centred before. */
export interface Standardization {
  readonly epsilon: number;
  /** `σ = √variance + ε`; else `σ = √(variance + ε)`. */
  readonly outside: boolean;
  /** Whether the mean is subtracted; else it counts as 0. */
  readonly centers: boolean;
}

/** The operations along an axis, for programs that name them: `rowKernels()` has them, in plain loops if need be. */
export interface RowKernels {
  /**
   * `out[o, i] ← Σ_e a[o, e, i] b[o, e, i] / divisor` for arrays of `[outer, extent, inner]`, without b `Σ_e a[o, e, i]
   * / divisor`. Sums are in double precision; their order depends on nothing but the extent and whether inner is 1.
   */
  sumAxis(
    outer: number, extent: number, inner: number, divisor: number,
    a: Float32Array, b: Float32Array | undefined, out: Float32Array,
  ): void;

  /** `out[o, i] ← max_e x[o, e, i]`, NaN if there is one, −∞ of nothing. */
  maxAxis(outer: number, extent: number, inner: number, x: Float32Array, out: Float32Array): void;

  /** Each of the rows that x consists of, made to have mean 0 and deviation 1: `(x − mean) / σ`. */
  standardize(rows: number, how: Standardization, x: Float32Array, out: Float32Array): void;

  /** The adjoint of the derivative of `standardize` at x, applied to s. */
  standardizeTransposed(
    rows: number, how: Standardization, x: Float32Array, s: Float32Array, out: Float32Array,
  ): void;

  /**
   * `out[r, i] ← scale[c] x[r, i] + shift[c]` with c = r mod the length of `scale`, for each of the rows that x is
   * made of: the product rounded before the sum, kept within `bounds`.
   */
  scaleRows(
    rows: number, x: Float32Array, scale: Float32Array, shift: Float32Array | undefined, out: Float32Array,
    bounds?: Bounds,
  ): void;
}

/** The operations on windows, for programs that name them: `poolKernels()` has them, in plain loops if need be. */
export interface PoolKernels {
  /**
   * The maximum of each window and the flat index in `x` it came from: the first in row-major window order on ties,
   * the first NaN if there is one. Padding never wins.
   */
  maxPool(geometry: PoolGeometry, x: Float32Array, out: Float32Array, winners: Int32Array): void;

  /** `out ← 0`, then `out[index[i]] += s[i]`; what `index` says for a plane lies in the same plane of `out`. */
  scatterAdd(planes: number, index: Int32Array, s: Float32Array, out: Float32Array): void;

  /** The sum of each window divided by its divisor (`geometry.divisor`). */
  averagePool(geometry: PoolGeometry, x: Float32Array, out: Float32Array): void;

  /** The adjoint of `averagePool`. */
  averagePoolTransposed(geometry: PoolGeometry, s: Float32Array, out: Float32Array): void;
}

/** Which elements of an axis each output is made of, and how much of each. */
export interface TapLists {
  /** Where each output's taps begin, and at the end their number. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  readonly weights: Float64Array;
}

/** The operation on lists of taps, for programs that name it: `tapKernels()` has it, in plain loops if need be. */
export interface TapKernels {
  /**
   * `out[o, p, i] ← Σ_t weight[t] x[o, position[t], i]` over the taps t of p, for x of `[outer, extent, inner]`. Sums
   * are in double precision, in the order of the taps.
   */
  sumTaps(outer: number, extent: number, inner: number, taps: TapLists, x: Float32Array, out: Float32Array): void;
}

/** The operation that `evaluate` runs programs with, in plain loops if need be. */
export interface ProgramKernels {
  /**
   * `out[i] ← program(operands[0] at i, operands[1] at i, …)` for every position i of `extents` in row-major order. An
   * operand reached by the steps of a row-major array of these extents may be `out`.
   */
  compute(program: Program, extents: readonly number[], operands: readonly StridedOperand[], out: Float32Array): void;
}

/** A value as it is given to what is repeated. */
export interface Given {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A computation that is asked for again and again. */
export interface Repeated<T> {
  /**
   * What `body`, the same in every call, makes of tensors, in memory that the next call overwrites; `undefined` where
   * it has to be computed in the usual way, as whole numbers have to.
   */
  of<Input extends Given>(inputs: readonly Input[], body: (inputs: readonly Input[]) => T): T | undefined;
}

/**
 * The operations everything above runs on. Each is defined by its formula; all arrays are row-major. Those of groups
 * may be missing: who uses one carries its plain loops, who does not carries none.
 */
export interface Kernels
  extends Partial<RowKernels>, Partial<PoolKernels>, Partial<TapKernels>, Partial<ProgramKernels> {
  readonly name: string;

  /** A computation on values of so many elements; who has this writes down what it does while that is traced. */
  traced?<T>(elements: number): Repeated<T>;

  /** Memory these kernels read and write without copying. Content is unspecified; it is freed when collected. */
  allocate(length: number): Float32Array;

  /** `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]`: a dense layer forward, `b` its weight; kept within `bounds`. */
  dense(
    m: number, n: number, k: number,
    a: Float32Array, b: Weights, bias: Float32Array | undefined, out: Float32Array, bounds?: Bounds,
  ): void;

  /** `out[m, k] ← Σ_n s[m, n] b[n, k]`: the adjoint of `dense`. */
  denseTransposed(m: number, n: number, k: number, s: Float32Array, b: Weights, out: Float32Array): void;

  /** `out[c, m, n] ← Σ_k a[c, m, k] b[c, k, n]` for each of `count` matrices. */
  matmul(count: number, m: number, n: number, k: number, a: Float32Array, b: Float32Array, out: Float32Array): void;

  /**
   * Cross-correlation:
   * `out[n, o, p] ← bias[o] + Σ_{i, t} weight[o, i, t] x[n, i, p · stride − padding + t · dilation]`,
   * kept within `bounds`.
   */
  conv(
    geometry: ConvGeometry, x: Float32Array, weight: Weights, bias: Float32Array | undefined, out: Float32Array,
    bounds?: Bounds,
  ): void;

  /** The adjoint of `conv` without its bias: scatters `s[n, o, p] weight[o, i, t]` to where `conv` read. */
  convTransposed(geometry: ConvGeometry, s: Float32Array, weight: Weights, out: Float32Array): void;

  /** `out ← max(x, 0)`, NaN kept; `out` may be `x`. */
  relu(x: Float32Array, out: Float32Array): void;

  /** `out ← s` where `z > 0`, else 0: the adjoint of the derivative of `relu` at z; `out` may be either. */
  reluTransposed(z: Float32Array, s: Float32Array, out: Float32Array): void;

  /** `out ← min(x, 0)`, NaN kept; `out` may be `x`. */
  negativePart(x: Float32Array, out: Float32Array): void;

  /** `out ← a + b`; `out` may be either. */
  add(a: Float32Array, b: Float32Array, out: Float32Array): void;

  /** `out ← out + (scale · a) ⊙ b`, rounded after each operation. */
  addProduct(scale: number, a: Float32Array, b: Float32Array, out: Float32Array): void;

  /** `out ← (scale · a) ⊙ b`, rounded after each operation; `out` may be either. */
  product(scale: number, a: Float32Array, b: Float32Array, out: Float32Array): void;

  /** `out ← relevance ⊘ guarded(denominator)`, 0 where the relevance is 0; `out` may be either. */
  quotient(relevance: Float32Array, denominator: Float32Array, guard: DenominatorGuard, out: Float32Array): void;
}
