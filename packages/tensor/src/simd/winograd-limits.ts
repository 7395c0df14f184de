/** Below what part of its tile an output by Winograd is not to be trusted. */
import { eachSlab, type TakeFloats, type Weights } from "../weights.ts";
import { orient, type Purpose } from "../orientation.ts";

/**
 * Errors are at most some `ε ‖w‖ ‖x‖`, with the weights of a row and the inputs of a whole tile, however small an
 * output is. Sums of terms of one sign, or of few terms, are to be right relative to themselves.
 */
const trusted = 0.02;

/**
 * Per row two numbers: what the norm of a tile is multiplied by to give the limit below which outputs are computed
 * directly, and what its number of values is multiplied by to give the number n of terms in a window. The limit is
 * divided by n^1.5: many terms of either sign cancel, and a direct sum of them loses as many digits. Encoded weights
 * are decoded where `take` says.
 */
export function limitsOf(weight: Weights, purpose: Purpose, take: TakeFloats): readonly number[] {
  let known = limits.get(weight);
  if (known === undefined) limits.set(weight, (known = new Map()));
  const { channelsOut, channelsIn } = purpose.geometry;
  const key = `${purpose.transposed} ${channelsOut} ${channelsIn}`;
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = computed(weight, purpose, take)));
  return found;
}

/** Every weight is read once for each direction, whatever the sizes of images. */
const limits = new WeakMap<Weights, Map<string, readonly number[]>>();

function computed(given: Weights, purpose: Purpose, take: TakeFloats): readonly number[] {
  const view = orient(purpose);
  const { channels } = view;
  const found: number[] = [];
  eachSlab(given, view, 1, take, ({ rows, rowStep, channelStep }, weight) => {
    for (let row = 0; row < rows; row++) {
      let [squares, sizes, sum] = [0, 0, 0];
      for (let channel = 0; channel < channels; channel++) {
        const first = row * rowStep + channel * channelStep;
        for (let at = first; at < first + 9; at++) {
          const value = weight[at]!;
          squares += value * value;
          sizes += Math.abs(value);
          sum += value;
        }
      }
      // A window is a quarter of a tile; of its values as large a part counts as of the row's weights.
      const share = squares === 0 ? 0 : sizes ** 2 / squares / (4 * 9 * channels);
      found.push(trusted * Math.sqrt(squares), !purpose.transposed && Math.abs(sum) === sizes ? 0 : share);
    }
  });
  return found;
}
