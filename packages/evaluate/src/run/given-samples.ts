/** Samples and methods as callers without types may pass them. */
import { checkKind } from "@relprop/tensor";
import { checkGivenModel } from "@relprop/lrp";

/** Throws a `TypeError` that names `who` for what is no model, no list of samples, or no method. */
export function checkMeasured(who: string, model: unknown, samples: unknown, method?: readonly unknown[]): void {
  checkGivenModel(who, model);
  const isList = typeof samples === "object" && samples !== null && Symbol.iterator in samples;
  checkKind(who, "samples in a list, each { id, input }", samples, isList);
  for (const each of method ?? []) {
    const explains = typeof each === "function" || (typeof each === "object" && each !== null && "analyze" in each);
    checkKind(who, "a method: what has analyze, or a function", each, explains);
  }
}
