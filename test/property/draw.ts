/** Random choices that a seed reproduces. */
import { sizeOf, Tensor, type Shape } from "@relprop/tensor";
import fc from "fast-check";
import { random } from "../../packages/layers/test/random.ts";

/** A source of choices; equal seeds choose alike. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  /** A number from `low` to `high`. */
  number(low: number, high: number): number {
    return low + (high - low) * this.#next();
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return Math.floor(this.number(low, high + 1));
  }

  /** True this often. */
  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One of several. */
  among<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  /** A tensor of numbers from `low` to `high`. */
  tensor(shape: Shape, low = -1, high = 1): Tensor {
    return new Tensor(shape, Float32Array.from({ length: sizeOf(shape) }, () => this.number(low, high)));
  }

  /** Weights such that sums of this many products with values around 1 are around 1 again. */
  weight(shape: Shape, summands: number): Tensor {
    const bound = Math.sqrt(3 / summands);
    return this.tensor(shape, -bound, bound);
  }
}

/**
 * Seeds, each as likely as any: left to itself, fast-check would begin every property with the same few small numbers,
 * and make smaller what has no size.
 */
export const seeds: fc.Arbitrary<number> = fc.noShrink(fc.noBias(fc.nat(1e9)));
