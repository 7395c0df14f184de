/** What callers without types may pass, in sentences. */
import { checkKind } from "@relprop/tensor";
import type { Model } from "@relprop/layers";

/** Throws a `TypeError` that names `who` for what is no model. */
export function checkGivenModel(who: string, model: unknown): asserts model is Model {
  // Not by its class: a program may hold two copies of a package.
  const fits = typeof model === "object" && model !== null && "nodes" in model && "carriers" in model;
  checkKind(who, "a model, as loadModel(bytes) or chain(…) makes one", model, fits);
}
