/** Whatever holds relevance. */
import { checkKind, Tensor, type Layout } from "@relprop/tensor";

/** Relevance, and where its channels stand: any explanation. */
export interface Relevant {
  readonly relevance: Tensor;
  readonly layout?: Layout | undefined;
}

/** The relevance in what was given; throws a `TypeError` where there is none. */
export function relevantOf(who: string, given: Tensor | Relevant): Relevant {
  if (given instanceof Tensor) return { relevance: given };
  checkKind(who, "a tensor of relevance or an explanation", given, given?.relevance instanceof Tensor);
  return given;
}

/** Throws a `TypeError` for what should be a list of objects, or of texts, and is none. */
export function checkListOf(who: string, what: string, given: unknown, kind: "object" | "string" = "object"): void {
  const fits = Array.isArray(given) && given.every((each) => typeof each === kind && each !== null);
  checkKind(who, `a list of ${what}`, given, fits);
}
