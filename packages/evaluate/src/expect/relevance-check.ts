/** What one expects of an explanation, as data, and whether it holds. */
import type { Explanation } from "@relprop/lrp";
import { checkKind, Tensor } from "@relprop/tensor";
import { localize } from "../metrics/localization.ts";
import { gridOf } from "../units/grid.ts";
import { pixels } from "../units/patches.ts";
import { unitRelevance } from "../units/units.ts";

/** 1 or `true` at each position of a picture (all channels together), at each token, or at each feature of a row. */
export type RelevanceMask = ArrayLike<number | boolean>;

/** What is measured. */
export type RelevanceQuantity =
  /** The part of what speaks for the target that lies on the mask. */
  | { readonly share: RelevanceMask }
  /** The part of the most relevant positions, as many as the mask has, that lie on it. */
  | { readonly rank: RelevanceMask }
  /** The sum on the mask divided by the sum of sizes everywhere: above 0 where the mask speaks for the target. */
  | { readonly sign: RelevanceMask }
  /** The cosine of the angle to relevance that was stored: 1 where only its scale differs. */
  | { readonly similarity: Tensor }
  /** The part of the relevance at the start that arrived at the inputs. */
  | { readonly conserved: true };

/** What a quantity should be: not below, and not above. */
export interface RelevanceBounds {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Whether what was expected holds, and what was found. */
export interface RelevanceVerdict {
  readonly holds: boolean;
  /** `undefined` where it is not defined, as for an empty mask; then nothing holds. */
  readonly found: number | undefined;
  /** `share on 9 of 64 positions is 0.31, expected at least 0.8` */
  readonly sentence: string;
}

/** What is read of an explanation. */
export type CheckedExplanation = Pick<Explanation, "relevance" | "layout" | "conservation">;

/** Measures a quantity of an explanation of one sample and holds it against its bounds. */
export function checkRelevance(
  explained: CheckedExplanation, quantity: RelevanceQuantity, bounds: RelevanceBounds,
): RelevanceVerdict {
  checkKind("checkRelevance", "an explanation", explained, Object(explained).relevance instanceof Tensor);
  checkKind("checkRelevance", "a quantity, as { share: mask }", quantity, typeof quantity === "object");
  const { atLeast, atMost } = Object(bounds) as RelevanceBounds;
  if (atLeast === undefined && atMost === undefined) throw new RangeError(
    "checkRelevance: takes atLeast or atMost, got none",
  );
  for (const bound of [atLeast, atMost]) {
    if (bound === undefined || Number.isFinite(bound)) continue;
    throw new RangeError(`checkRelevance: takes bounds, got ${bound}`);
  }
  const found = measured(explained, quantity);
  const holds = found !== undefined && (atLeast === undefined || found >= atLeast) && (
    atMost === undefined || found <= atMost
  );
  const expected = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]), ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  const got = found === undefined ? "not defined" : String(Number(found.toPrecision(4)));
  return { holds, found, sentence: `${nameOf(quantity)} is ${got}, expected ${expected.join(" and ")}` };
}

function measured(explained: CheckedExplanation, quantity: RelevanceQuantity): number | undefined {
  if ("conserved" in quantity) {
    const { started, arrived } = explained.conservation;
    return started === 0 ? undefined : arrived / started;
  }
  if ("similarity" in quantity) return cosine(explained.relevance, quantity.similarity);
  const units = relevanceOfPositions(explained);
  if ("share" in quantity) return localize(units, quantity.share).mass;
  if ("rank" in quantity) return localize(units, quantity.rank).rank;
  const all = units.reduce((sum, value) => sum + Math.abs(value), 0);
  if (quantity.sign.length !== units.length) {
    throw new RangeError(`checkRelevance: takes a mask of ${units.length} positions, got ${quantity.sign.length}`);
  }
  const on = units.reduce((sum, value, i) => (Boolean(quantity.sign[i]) ? sum + value : sum), 0);
  return all === 0 ? undefined : on / all;
}

/** Relevance of one sample at its positions: channels, or the features of tokens, added up; of a row as it is. */
export function relevanceOfPositions(
  { relevance, layout }: Pick<CheckedExplanation, "relevance" | "layout">,
): Float64Array {
  const [count = 1] = relevance.shape;
  if (count !== 1) throw new RangeError(`expectRelevance: takes the relevance of one sample, got ${count}`);
  if (relevance.shape.length < 3) return Float64Array.from(relevance.data);
  if (relevance.shape.length > 3 || layout !== undefined) return unitRelevance(pixels()(relevance, layout), relevance);
  // Rows of tokens: [1, T, features].
  const { channels, positions, element } = gridOf("expectRelevance", relevance.shape, "channelsLast");
  return Float64Array.from({ length: positions }, (_, position) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += relevance.data[element(c, position)]!;
    return sum;
  });
}

function cosine(a: Tensor, b: Tensor): number | undefined {
  if (a.size !== b.size) throw new RangeError(
    `checkRelevance: takes stored relevance of ${a.size} elements, got ${b.size}`,
  );
  for (const { data } of [a, b]) {
    const at = data.findIndex((each) => !Number.isFinite(each));
    if (at >= 0) throw new RangeError(`checkRelevance: takes finite relevance, got ${data[at]} at ${at}`);
  }
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.size; i++) {
    both += a.data[i]! * b.data[i]!;
    ofA += a.data[i]! ** 2;
    ofB += b.data[i]! ** 2;
  }
  return ofA === 0 || ofB === 0 ? undefined : both / Math.sqrt(ofA * ofB);
}

function nameOf(quantity: RelevanceQuantity): string {
  const on = (mask: RelevanceMask): string =>
    `${Array.from(mask, Boolean).filter(Boolean).length} of ${mask.length} positions`;
  if ("share" in quantity) return `share on ${on(quantity.share)}`;
  if ("rank" in quantity) return `rank on ${on(quantity.rank)}`;
  if ("sign" in quantity) return `sum on ${on(quantity.sign)}`;
  return "similarity" in quantity ? "similarity" : "conserved part";
}
