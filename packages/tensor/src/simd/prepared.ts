/** What a convolution becomes when it is planned. */

/** Runs a convolution between addresses; a bias of 0 is absent. */
export type Run = (x: number, bias: number, out: number, floor: number) => void;

/** A convolution made ready. */
export interface Prepared {
  readonly run: Run;
  /** Memory that `run` knows by its address alone, and that must live as long. */
  readonly keeps: readonly object[];
}
