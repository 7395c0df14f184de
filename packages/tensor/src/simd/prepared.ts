/** What a convolution becomes when it is planned. */
import type { Bounds } from "../kernels.ts";

/** Runs a convolution of so many samples between addresses; a bias of 0 is absent. */
export type Run = (batch: number, x: number, bias: number, out: number, bounds: Bounds) => void;

/** Where the bias of a row is; an absent one stays so. */
export function behind(bias: number, row: number): number {
  return bias === 0 ? 0 : bias + 4 * row;
}

/** A convolution made ready, for batches of any size. */
export interface Prepared {
  readonly run: Run;
  /** Memory that `run` knows by its address alone, and that must live as long. */
  readonly keeps: readonly object[];
}
