/** What flipping tells, as a metric beside others. */
import { optionsOf } from "@relprop/tensor";
import { flip, type FlippingOptions } from "./flipping.ts";
import { Flipping } from "./flipping-result.ts";
import type { Metric } from "./metric.ts";

const NAMES = ["srg", "deletion", "insertion", "aopc", "irof", "road", "monotonicity", "randomOrder"] as const;

/** SRG, deletion, insertion, AOPC, IROF, ROAD and monotonicity, all from one sweep; see `flipping`. */
export function flips(options: Pick<FlippingOptions, "steps" | "randomOrders"> = {}): Metric {
  const { steps = 25, randomOrders = 3 } = optionsOf("flips", options);
  const nothing = new Flipping("", []);
  return {
    scores: NAMES.map((name) => ({ name, better: nothing[name].better })),
    settings: `${steps} steps, ${randomOrders} random orders`,
    of: ({ masked, relevance, seed }) => {
      const flipped = new Flipping("", flip(masked, [relevance], { steps, randomOrders, seed }));
      return NAMES.map((name) => flipped[name].samples[0]!.score);
    },
  };
}
