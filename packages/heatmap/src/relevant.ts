/** Whatever holds relevance. */
import { Tensor, type Layout } from "@relprop/tensor";

/** Relevance, and where its channels stand: any explanation. */
export interface Relevant {
  readonly relevance: Tensor;
  readonly layout?: Layout | undefined;
}

/** The relevance in what was given; throws a `TypeError` where there is none. */
export function relevantOf(who: string, given: Tensor | Relevant): Relevant {
  if (given instanceof Tensor) return { relevance: given };
  if (given?.relevance instanceof Tensor) return given;
  throw new TypeError(`${who}: takes a tensor of relevance or an explanation, got ${kindOf(given)}`);
}

/** What someone passed who has no types. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list: make it a tensor";
  return typeof value === "object" && value !== null ? "an object without one" : String(value);
}
