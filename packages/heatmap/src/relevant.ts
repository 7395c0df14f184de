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

/** Throws a `TypeError` for what should be a list of objects, or of texts, and is none. */
export function checkListOf(who: string, what: string, given: unknown, kind: "object" | "string" = "object"): void {
  const fits = Array.isArray(given) && given.every((each) => typeof each === kind && each !== null);
  if (!fits) throw new TypeError(`${who}: takes a list of ${what}, got ${gotInstead(given)}`);
}

function gotInstead(value: unknown): string {
  if (Array.isArray(value)) return "a list of something else";
  return typeof value === "object" && value !== null ? "another object" : String(value);
}
