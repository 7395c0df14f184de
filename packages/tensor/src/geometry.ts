/** The sizes that window operations agree on, always in three spatial dimensions; missing ones have extent 1. */

/** Extents along depth, height and width. */
export type Extent3 = readonly [depth: number, height: number, width: number];

/** Everything `conv` and its adjoint need to know besides the numbers. */
export interface ConvGeometry {
  readonly batch: number;
  readonly groups: number;
  /** All channels, over every group. */
  readonly channelsIn: number;
  /** All channels, over every group. */
  readonly channelsOut: number;
  readonly input: Extent3;
  readonly output: Extent3;
  readonly kernel: Extent3;
  readonly stride: Extent3;
  /** Zeros before the first element of each axis; those behind the last follow from the output. */
  readonly padding: Extent3;
  readonly dilation: Extent3;
}

/** Everything pooling needs to know besides the numbers. Windows are given per output position of each axis. */
export interface PoolGeometry {
  /** Batch times channels: planes are pooled one by one. */
  readonly planes: number;
  readonly input: Extent3;
  readonly output: Extent3;
  /** Per axis: the first tap of each window, which may lie in the padding. */
  readonly start: readonly [Int32Array, Int32Array, Int32Array];
  /** Per axis: the number of taps of each window, those in the padding included. */
  readonly taps: readonly [Int32Array, Int32Array, Int32Array];
  readonly dilation: Extent3;
  /** Per output position (one plane): what an average divides its sum by. */
  readonly divisor: Float32Array;
}
