/** Lists of taps, as kernels take them. */
import type { TapLists } from "@relprop/tensor";

/** Taps put together output by output, in order. */
export class TapList {
  readonly #starts: number[] = [0];
  readonly #positions: number[] = [];
  readonly #weights: number[] = [];

  /** One more tap of the output that is being described. */
  tap(position: number, weight: number): void {
    this.#positions.push(position);
    this.#weights.push(weight);
  }

  /** The output is described; the next one follows. */
  end(): void {
    this.#starts.push(this.#positions.length);
  }

  /** All of it. */
  table(): TapLists {
    return {
      starts: Int32Array.from(this.#starts), positions: Int32Array.from(this.#positions),
      weights: Float64Array.from(this.#weights),
    };
  }
}
