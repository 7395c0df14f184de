/** Units of rows and texts: every element by itself, or every token. */
import { Integers, optionsOf, type Layout, type Value } from "@relprop/tensor";
import { patches } from "./patches.ts";
import type { UnitChoice, Units } from "./units.ts";

/** Every element of the input by itself: the columns of a table. */
export function features(): UnitChoice {
  return (input) => ({ name: "features", count: input.size, of: Int32Array.from({ length: input.size }, (_, i) => i) });
}

/** What `tokens` may be given. */
export interface TokenOptions {
  /** Ids that are never hidden: those that mark beginnings, ends and padding. */
  readonly keep?: readonly number[];
}

/** Every token id by itself; of embedded texts `[1, T, features]` every step. */
export function tokens(options: TokenOptions = {}): UnitChoice {
  const { keep = [] } = optionsOf("tokens", options);
  return (input) => {
    const [, steps = 1, ...rest] = input.shape;
    const each = rest.reduce((all, extent) => all * extent, 1);
    const kept = (step: number): boolean => input instanceof Integers && keep.includes(Number(input.data[step * each]));
    let count = 0;
    const unitOf = Array.from({ length: steps }, (_, step) => (kept(step) ? -1 : count++));
    return {
      name: "tokens", count, of: Int32Array.from({ length: input.size }, (_, i) => unitOf[Math.floor(i / each)]!),
    };
  };
}

/** The units of an input unless others are chosen: tokens of ids, features of a row, patches of anything larger. */
export function usualUnits(input: Value, layout: Layout | undefined): Units {
  if (input instanceof Integers && input.shape.length < 3) return tokens()(input, layout);
  return (input.shape.length < 3 ? features() : patches())(input, layout);
}
