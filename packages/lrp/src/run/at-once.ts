/** How many samples a pass takes at once. */
import type { Model } from "@relprop/layers";
import { batched, sizeOf, type Value } from "@relprop/tensor";

/** Bytes that the values of samples in one pass may take together: four pictures of ResNet-18 cost least each. */
const MOST_BYTES = 100e6;

/**
 * The number of samples like this one (its inputs, `[1, …]` each) that one pass takes: as many as were asked for, or as
 * many as have their values in 100 MB, at most 32, and 1 where the model does not take several.
 */
export function samplesAtOnce(who: string, model: Model, sample: readonly Value[], asked?: number): number {
  if (asked !== undefined) {
    if (!Number.isInteger(asked) || asked < 1) throw new RangeError(`${who}: takes a batch >= 1, got ${asked}`);
    return asked;
  }
  if (sample.some(({ shape }) => shape[0] !== 1)) return 1;
  try {
    const { shapes } = model.lower(...sample);
    const bytes = [...shapes.values()].reduce((total, shape) => total + 4 * sizeOf(shape), 0);
    const count = Math.max(1, Math.min(32, Math.floor(MOST_BYTES / Math.max(1, bytes))));
    const several = model.lower(...sample.map((value) => batched(new Array<Value>(count).fill(value)))).shapes;
    return model.outputs.every((name) => several.get(name)![0] === count) ? count : 1;
  } catch {
    return 1; // one that the model does not take goes alone, and fails there
  }
}
