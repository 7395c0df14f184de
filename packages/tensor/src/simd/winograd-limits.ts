/** Below what part of its tile an output by Winograd is not to be trusted. */
import type { Slab, Weights } from "../weights.ts";
import { orient, type Purpose } from "../orientation.ts";

/**
 * Errors are at most some `ε ‖w‖ ‖x‖`, with the weights of a row and the inputs of a whole tile, however small an
 * output is. Sums of terms of one sign, or of few terms, are to be right relative to themselves.
 */
const trusted = 0.02;

/**
 * Per row of a weight two numbers: what the norm of a tile is multiplied by to give the limit below which outputs are
 * computed directly, and what its number of values is multiplied by to give the number n of terms in a window. The
 * limit is divided by n^1.5: many terms of either sign cancel, and a direct sum of them loses as many digits.
 */
export class RowLimits {
  /** The numbers, of the rows that were seen. */
  readonly memory: Float32Array;
  readonly #channels: number;
  readonly #transposed: boolean;
  #rows = 0;

  constructor(memory: Float32Array, { transposed }: Purpose, channels: number) {
    this.memory = memory;
    this.#channels = channels;
    this.#transposed = transposed;
  }

  /** Sees rows, which come in order, where the floats of their weights are; those seen before are left as they are. */
  see({ first, rows, rowStep, channelStep }: Slab, taps: Int32Array, weights: () => Float32Array): void {
    if (first + rows <= this.#rows) return;
    const floats = weights();
    for (let row = 0; row < rows; row++) {
      let [squares, sizes, sum] = [0, 0, 0];
      for (let channel = 0; channel < this.#channels; channel++) {
        const from = row * rowStep + channel * channelStep;
        for (let tap = 0; tap < 9; tap++) {
          const value = floats[from + taps[tap]!]!;
          squares += value * value;
          sizes += Math.abs(value);
          sum += value;
        }
      }
      // A window is a quarter of a tile; of its values as large a part counts as of the row's weights.
      const share = squares === 0 ? 0 : sizes ** 2 / squares / (4 * 9 * this.#channels);
      const isOfOneSign = !this.#transposed && Math.abs(sum) === sizes;
      this.memory.set([trusted * Math.sqrt(squares), isOfOneSign ? 0 : share], 2 * (first + row));
    }
    this.#rows = first + rows;
  }
}

/** The limits of a weight in a direction, whatever the sizes of images; `take` gives lasting memory. */
export function limitsOf(weight: Weights, purpose: Purpose, take: (length: number) => Float32Array): RowLimits {
  let known = limits.get(weight);
  if (known === undefined) limits.set(weight, (known = new Map()));
  const { rows, channels } = orient(purpose);
  const key = `${purpose.transposed} ${rows} ${channels}`;
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = new RowLimits(take(2 * rows), purpose, channels)));
  return found;
}

/** Every weight is read once for each direction. */
const limits = new WeakMap<Weights, Map<string, RowLimits>>();
