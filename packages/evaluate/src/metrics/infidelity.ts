/** How far relevance is off as a prediction of what hiding does. */
import { Integers, optionsOf, type Tensor, type Value } from "@relprop/tensor";
import { randomFor, shuffled, type Random } from "../draw/random.ts";
import type { Units } from "../units/units.ts";
import { inputsOf } from "../run/sample.ts";
import type { Metric } from "./metric.ts";

/** What `infidelity` may be given. */
export interface InfidelityOptions {
  /** Random parts that are hidden; 128 by default. */
  readonly draws?: number;
  /**
   * What relevance claims to be: `"contributions"` (LRP, gradient × input) add up over what is hidden,
   * `"sensitivities"` (gradients) are multiplied with how far it moved.
   */
  readonly of?: "contributions" | "sensitivities";
}

/**
 * `E[(IᵀΦ − (f(x) − f(x − I)))²]` over random parts that are hidden, squares of units where they lie on a grid (Yeh et
 * al. 2019), for the score that relevance is made of; then the same for `β Φ` with the β that suits best, divided by
 * `E[(f(x) − f(x − I))²]`: 0 for what is right but for its scale, 1 for what says nothing.
 */
export function infidelity(options: InfidelityOptions = {}): Metric {
  const { draws = 128, of = "contributions" } = optionsOf("infidelity", options);
  if (!Number.isInteger(draws) || draws < 1) throw new RangeError(`infidelity: takes draws >= 1, got ${draws}`);
  return {
    scores: [{ name: "infidelity", better: "lower" }, { name: "infidelityScaled", better: "lower" }],
    settings: `${draws} draws of ${of}`,
    of: ({ masked, relevance, ofUnits, scale, seed }) => {
      const { units, sample, whole } = masked;
      const masks = Array.from({ length: draws }, (_, draw) =>
        randomPart(units, randomFor(seed, sample.id, "infidelity", draw)));
      const outcomes = masked.outcomes(draws, (k) => masks[k]!);
      const claims = masks.map((mask) => (of === "contributions"
        ? ofUnits.reduce((sum, each, unit) => sum + each * mask[unit]!, 0)
        : moved(inputsOf(sample)[0]!, masked.input(mask), relevance)));
      let [squares, claimed, both, fell] = [0, 0, 0, 0];
      outcomes.forEach(({ logit }, k) => {
        const [claim, fall] = [scale * claims[k]!, whole.logit - logit];
        squares += (claim - fall) ** 2 / draws;
        claimed += claim ** 2 / draws;
        both += (claim * fall) / draws;
        fell += fall ** 2 / draws;
      });
      const beta = claimed === 0 ? 0 : both / claimed;
      // E[(β c − f)²] with β = E[c f] / E[c²]; a β below 0 would turn a wrong sign into a right one.
      return [squares, fell === 0 ? undefined : beta <= 0 ? 1 : Math.max(0, fell - beta * both) / fell];
    },
  };
}

/** A square of units, up to half as long as the longest side of the grid; any subset where there is no grid. */
function randomPart({ count, grid }: Units, random: Random): Uint8Array {
  const mask = new Uint8Array(count);
  if (grid === undefined) {
    for (const unit of shuffled(count, random).subarray(0, 1 + random.below(count))) mask[unit] = 1;
    return mask;
  }
  const longest = grid.reduce((most, extent) => Math.max(most, extent), 2);
  const side = 1 + random.below(Math.floor(longest / 2));
  const sides = grid.map((extent) => {
    const length = Math.min(side, extent);
    const from = random.below(extent - length + 1);
    return [from, from + length] as const;
  });
  for (let unit = 0; unit < count; unit++) {
    let rest = unit;
    const inside = grid.toReversed().every((extent, back) => {
      const [from, to] = sides[grid.length - 1 - back]!;
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      return at >= from && at < to;
    });
    if (inside) mask[unit] = 1;
  }
  return mask;
}

function moved(whole: Value, masked: Value, relevance: Tensor): number {
  if (whole instanceof Integers || whole.size !== relevance.size) {
    throw new RangeError("infidelity: takes sensitivities of inputs of floats, got relevance of other values");
  }
  return relevance.data.reduce((sum, each, i) => sum + each * (whole.data[i]! - masked.data[i]!), 0);
}
