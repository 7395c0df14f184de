/** How what arrives at a sum is shared among its summands: a rule's part in the way back through a cell. */

/** The decisions of a rule; the cell knows which sums there are. */
export interface SumSharing {
  /** The part of what arrives at a gate times a signal that goes to the gate: 0, or ½. */
  readonly gate: number;
  /** What a summand of `W x + U h + b = z` is multiplied by to get its share of R: `R / z`, kept away from 0. */
  linear(R: number, z: number, bias: number): number;
  /** The same for a sum of products. */
  sum(R: number, z: number): number;
}
