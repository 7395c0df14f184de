/** How much an explanation changes where the input hardly does. */
import { optionsOf, Tensor } from "@relprop/tensor";
import { randomFor } from "../draw/random.ts";
import { inputsOf } from "../run/sample.ts";
import type { Metric } from "./metric.ts";

/** What `stability` may be given. */
export interface StabilityOptions {
  /** How far inputs are moved at most, as a part of the range of the sample; 0.02 by default. */
  readonly radius?: number;
  /** 16 by default. */
  readonly draws?: number;
}

/**
 * The largest and the mean of `‖R(x + δ) − R(x)‖ / ‖R(x)‖` over random δ (Yeh et al. 2019), and the largest of
 * `‖R(x + δ) − R(x)‖ / ‖δ‖` (Alvarez-Melis & Jaakkola 2018); draws that change the class do not count, and their share
 * is told. Wrong explanations may be as stable as right ones: nothing should be ranked by these.
 */
export function stability(options: StabilityOptions = {}): Metric {
  const { radius = 0.02, draws = 16 } = optionsOf("stability", options);
  if (!(radius > 0)) throw new RangeError(`stability: takes a radius > 0, got ${radius}`);
  if (!Number.isInteger(draws) || draws < 1) throw new RangeError(`stability: takes draws >= 1, got ${draws}`);
  return {
    scores: [
      { name: "maxSensitivity", better: "lower" }, { name: "meanSensitivity", better: "lower" },
      { name: "localLipschitz", better: "lower" }, { name: "classChanged", better: "neither" },
    ],
    settings: `${draws} draws within ${radius}`,
    of: ({ masked, relevance, seed, explain }) => {
      const { sample } = masked;
      const [whole] = inputsOf(sample);
      if (!(whole instanceof Tensor)) throw new TypeError("stability: takes inputs of floats, got token ids");
      const reach = radius * rangeOf(whole.data);
      const size = norm(relevance.data);
      const near = Array.from({ length: draws }, (_, draw) => {
        const random = randomFor(seed, sample.id, "stability", draw);
        return new Tensor(whole.shape, whole.data.map((value) => value + reach * (2 * random.uniform() - 1)));
      }).filter((input) => masked.outcomesOf([input])[0]!.kept === masked.whole.kept);
      const changed = (draws - near.length) / draws;
      if (near.length === 0 || size === 0 || reach === 0) return [undefined, undefined, undefined, changed];
      const moves = near.map((input) => {
        const differs = distance(explain(input).data, relevance.data);
        return { relative: differs / size, slope: differs / distance(input.data, whole.data) };
      });
      const most = (of: (move: (typeof moves)[number]) => number): number =>
        moves.reduce((largest, move) => Math.max(largest, of(move)), 0);
      const mean = moves.reduce((all, { relative }) => all + relative, 0) / moves.length;
      return [most(({ relative }) => relative), mean, most(({ slope }) => slope), changed];
    },
  };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

function rangeOf(values: Float32Array): number {
  const [low, high] = values.reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity],
  );
  return high > low ? high - low : 0;
}
