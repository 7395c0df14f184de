/** Does relevance lie where one knows that the object is? */
import { Integers, optionsOf } from "@relprop/tensor";
import { inputsOf, type Sample } from "../run/sample.ts";
import { pixels } from "../units/patches.ts";
import { unitRelevance } from "../units/units.ts";
import { ranks } from "../result/correlation.ts";
import { meanOf } from "../result/interval.ts";
import type { Metric } from "./metric.ts";

/** What `localization` may be given. */
export interface LocalizationOptions {
  /** How far from the mask the most relevant unit may lie, in units along any axis; 0 by default. */
  readonly tolerance?: number;
  /** How many units are the most relevant ones; as many as the mask has by default. */
  readonly top?: number;
}

/** What `localize` finds; `undefined` for an empty mask, and where nothing is relevant. */
export interface Localization {
  /** 1 if the most relevant unit lies on the mask, 0 if not (Zhang et al. 2018); of equals the share that does. */
  readonly pointing: number | undefined;
  /** `Σ_M R⁺ / Σ R⁺` (Arras et al. 2022). */
  readonly mass: number | undefined;
  /** The same divided by the mask's share of all units: 1 is what chance has (Kohlbrenner et al. 2020). */
  readonly weightedMass: number | undefined;
  /** Share of the `|M|` most relevant units that lie on the mask (Arras et al. 2022). */
  readonly rank: number | undefined;
  /** Share of the k most relevant units that lie on the mask (Theiner et al. 2022). */
  readonly top: number | undefined;
  /** How often a unit on the mask is more relevant than one beside it (Fawcett 2006). */
  readonly auc: number | undefined;
}

const NAMES = ["pointing", "mass", "weightedMass", "rank", "top", "auc"] as const;

/**
 * Localisation on masks: per sample 1 or `true` at each position of the picture (all channels together), or at each
 * unit where the input has no positions.
 */
export function localization(
  maskOf: (sample: Sample) => ArrayLike<number | boolean>, options: LocalizationOptions = {},
): Metric {
  const { tolerance = 0, top = "as many as the mask" } = optionsOf("localization", options);
  return {
    scores: NAMES.map((name) => ({ name, better: "higher" as const })),
    settings: `within ${tolerance}, top ${top}`,
    of: ({ masked, relevance }) => {
      const [input] = inputsOf(masked.sample);
      const isFlat = input === undefined || input.shape.length < 3 || input instanceof Integers;
      const units = isFlat ? masked.units : pixels()(input, masked.layout);
      const found = localize(unitRelevance(units, relevance), maskOf(masked.sample), { ...options, grid: units.grid });
      return NAMES.map((name) => found[name]);
    },
  };
}

/** Where the relevance of units lies; the grid says which are neighbours. */
export function localize(
  relevance: ArrayLike<number>, mask: ArrayLike<number | boolean>,
  options: LocalizationOptions & { readonly grid?: readonly number[] | undefined } = {},
): Localization {
  const { tolerance = 0, top, grid } = optionsOf("localize", options);
  const count = relevance.length;
  if (mask.length !== count) throw new RangeError(`localization: takes a mask of ${count} units, got ${mask.length}`);
  const broken = Array.from(relevance).findIndex((each) => !Number.isFinite(each));
  if (broken >= 0) throw new RangeError(`localization: takes finite relevance, got ${relevance[broken]} at ${broken}`);
  const on = Array.from(mask, Boolean);
  const size = on.filter(Boolean).length;
  if (size === 0) return NOWHERE;
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => relevance[b]! - relevance[a]!);
  // Of equals at the border of the k most relevant as many count as random ones among them would, on average.
  const hits = (k: number): number => {
    const least = relevance[order[k - 1]!]!;
    const [above, equal] = [(unit: number) => relevance[unit]! > least, (unit: number) => relevance[unit] === least];
    const equals = order.filter(equal);
    const places = k - order.filter(above).length;
    return (hitsOf(order.filter(above)) + (places * hitsOf(equals)) / equals.length) / k;
  };
  const hitsOf = (units: readonly number[]): number => units.filter((unit) => on[unit]).length;
  const positive = Array.from(relevance, (each) => Math.max(0, each));
  const total = positive.reduce((sum, each) => sum + each, 0);
  const mass = positive.reduce((sum, each, unit) => (on[unit] === true ? sum + each : sum), 0) / total;
  const inside = ranks(relevance).reduce((sum, rank, unit) => (on[unit] === true ? sum + rank : sum), 0);
  const isFlat = relevance[order[0]!] === relevance[order[count - 1]!];
  return {
    pointing: isFlat ? undefined : meanOf(order.filter((unit) => relevance[unit] === relevance[order[0]!])
      .map((unit) => Number(isNear(unit, on, tolerance, grid)))),
    mass: total === 0 ? undefined : mass,
    weightedMass: total === 0 ? undefined : (mass * count) / size,
    rank: isFlat ? undefined : hits(size),
    top: isFlat ? undefined : hits(Math.min(count, top ?? size)),
    auc: size === count ? undefined : (inside - (size * (size + 1)) / 2) / (size * (count - size)),
  };
}

const NOWHERE: Localization = {
  pointing: undefined, mass: undefined, weightedMass: undefined, rank: undefined, top: undefined, auc: undefined,
};

function isNear(
  unit: number, on: readonly boolean[], tolerance: number, grid: readonly number[] = [on.length],
): boolean {
  if (tolerance === 0) return on[unit] === true;
  const at = coordinates(unit, grid);
  return on.some(
    (is, other) => is && coordinates(other, grid).every((c, axis) => Math.abs(c - at[axis]!) <= tolerance),
  );
}

function coordinates(unit: number, grid: readonly number[]): readonly number[] {
  let rest = unit;
  return grid.toReversed().map((extent) => {
    const at = rest % extent;
    rest = Math.floor(rest / extent);
    return at;
  }).reverse();
}
