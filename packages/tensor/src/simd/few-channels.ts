/** Relevance of which only few channels are not zero, as that of a concept is: products with those alone. */
import { encoded } from "../encoded.ts";
import { unbounded } from "../kernels.ts";
import { volume, type Purpose } from "../orientation.ts";
import { decide } from "../trace.ts";
import { isPlain, type Weights } from "../weights.ts";
import type { Machine } from "./machine.ts";
import type { Panels } from "./panels.ts";
import { Recent } from "./recent.ts";
import { tiledPlan } from "./tiled.ts";

/** The channels of a sample that are not zero throughout, where those are few. */
type Alive = readonly number[] | undefined;

/** Few are up to this part of all; of less than so many nobody asks. */
const [PART, LEAST] = [8, 32] as const;

/**
 * Sample by sample: each goes its own way, so that it gets the same bits in any batch. `undefined` where no sample has
 * few channels.
 */
export function fewChannels({ geometry, transposed }: Purpose, s: Float32Array): readonly Alive[] | undefined {
  const { batch, channelsOut, groups, output } = geometry;
  if (!transposed || groups > 1 || channelsOut < LEAST) return undefined;
  const plane = volume(output);
  const found = (): readonly Alive[] => Array.from({ length: batch }, (_, n) => {
    const alive: number[] = [];
    for (let channel = 0; channel < channelsOut; channel++) {
      let i = (n * channelsOut + channel) * plane;
      const end = i + plane;
      while (i < end && s[i] === 0) i++;
      if (i < end && alive.push(channel) > channelsOut / PART) return undefined;
    }
    // Where there is nothing at all, nothing is gained.
    return alive.length === 0 ? undefined : alive;
  });
  return decide(() => found().some((alive) => alive !== undefined)) ? found() : undefined;
}

/** Propagates one sample back from an address, by these channels of it. */
export type RunFew = (purpose: Purpose, weight: Weights, alive: readonly number[], s: number, out: number) => void;

/**
 * Plans are for so many channels; whose and which they are is said at each use. So their weights are encoded, which no
 * trace takes: it would not ask again which channels those are.
 */
export function fewChannelRuns(machine: Machine, panels: Panels): RunFew {
  const plan = (few: Purpose): RunFew => {
    const { geometry: { channelsIn, channelsOut, kernel, output } } = few;
    const [block, plane] = [channelsIn * volume(kernel), volume(output)];
    let [from, channels]: [Weights, readonly number[]] = [new Float32Array(0), []];
    const weight = encoded({
      length: channelsOut * block,
      decode(start, end, out, at) {
        // Within one block, as the rows of such weights are asked for.
        const shift = (channels[Math.floor(start / block)]! - Math.floor(start / block)) * block;
        if (isPlain(from)) out.set(from.subarray(start + shift, end + shift), at);
        else from.decode(start + shift, end + shift, out, at);
      },
    });
    const { run } = tiledPlan(machine, few, weight, panels);
    return (_, whole, alive, s, out) => {
      [from, channels] = [whole, alive];
      const x = machine.scratch(4 * alive.length * plane);
      alive.forEach((channel, k) => {
        const first = s / 4 + channel * plane;
        machine.floats.copyWithin(x / 4 + k * plane, first, first + plane);
      });
      run(1, x, 0, out, unbounded);
    };
  };
  const plans = new Recent<string, RunFew>(8);
  return (purpose, weight, alive, s, out) => {
    const few = { ...purpose, geometry: { ...purpose.geometry, channelsOut: alive.length, batch: 1 } };
    machine.reusing(() => plans.get(JSON.stringify(few), () => plan(few))(few, weight, alive, s, out));
  };
}
