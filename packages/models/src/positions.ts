/** A bound on what layers write down of their inputs' extents. */

/**
 * Counts the positions that the layers of a file write down: for slices, pads, pools and the like an entry per element
 * along an axis. A file that asks for more than networks of its size do would take long to read.
 */
export class Positions {
  readonly #most: number;
  #taken = 0;

  constructor(fileSize: number) {
    this.#most = 2 ** 19 + 4 * fileSize;
  }

  /** Throws a `RangeError` where these are too many, together with all before. */
  take(count: number): void {
    this.#taken += count;
    if (!(this.#taken <= this.#most)) {
      throw new RangeError(`takes extents of which all layers together pick ${this.#most} positions at most, got more`);
    }
  }
}
