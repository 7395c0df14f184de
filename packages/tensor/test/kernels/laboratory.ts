/** Where kernels are tried out. */
import { expect } from "vitest";
import type { Kernels } from "../../src/index.ts";
import type { Reference } from "./reference.ts";

/** Where operands lie: memory of the kernels at an odd offset, or arrays of the user's. */
export const places = ["in place", "elsewhere"] as const;

/** One of the places. */
export type Place = (typeof places)[number];

/** An implementation, and how exact it has to be. */
export class Laboratory {
  readonly kernels: Kernels;
  readonly tolerance: number;
  /** The same for convolutions that get by with fewer products. */
  readonly fast: number;

  constructor(kernels: Kernels, tolerance: number, fast: number) {
    this.kernels = kernels;
    this.tolerance = tolerance;
    this.fast = fast;
  }

  /** An operand of these values. */
  put(values: Float32Array, place: Place): Float32Array {
    if (place === "elsewhere") return values;
    const view = this.kernels.allocate(values.length + 1).subarray(1);
    view.set(values);
    return view;
  }

  /** Memory for a result. */
  room(length: number, place: Place): Float32Array {
    return this.put(new Float32Array(length).fill(NaN), place);
  }

  /** Expects values within the tolerance. */
  expectClose(got: Float32Array, { values, sizes }: Reference, tolerance = this.tolerance): void {
    expect(got.length).toBe(values.length);
    let worst = 0;
    got.forEach((value, i) => {
      const error = Math.abs(value - values[i]!);
      // A sum of zeros is exactly zero, however it is computed.
      worst = Math.max(worst, sizes[i] === 0 ? (value === 0 ? 0 : Infinity) : error / sizes[i]!);
    });
    expect(worst).toBeLessThanOrEqual(tolerance);
  }
}
