/** A bound on what reading and lowering a network may cost, so that a small file cannot make much work. */
import type { Shape } from "@relprop/tensor";

/** What to do where limits are too small. */
export const MORE = " (the option limits allows more)";

/** Counts elements that are written, read or walked over. A step counts for several, whatever it does. */
export class Allowance {
  #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The elements that may be taken in all. */
  get most(): number {
    return this.#most;
  }

  /** Allows more: what a file brings along. */
  add(elements: number): void {
    this.#most += elements;
  }

  /** Whether so many are left. */
  has(elements: number): boolean {
    return this.#taken + elements <= this.#most;
  }

  /** Takes so many; throws a `RangeError`, and takes none, where that is more than what is left. */
  take(elements: number): void {
    if (!this.has(elements)) {
      const most = Math.floor(this.#most);
      throw new RangeError(`takes work on at most ${most} elements in all${MORE}, got more`);
    }
    this.#taken += elements;
  }
}

/** How many elements loops over the axes of a shape may meet: where one is empty, others are walked all the same. */
export function spanOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * Math.max(extent, 1), 1);
}

/** What a step of a network counts for besides its elements. */
export const STEP = 64;

/** No value has more axes. */
export const MOST_AXES = 64;
