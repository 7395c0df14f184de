/** What callers without types may pass, in sentences. */
import type { Model } from "@relprop/layers";

/** Throws a `TypeError` that names `who` for what is no model. */
export function checkGivenModel(who: string, model: unknown): asserts model is Model {
  // Not by its class: a program may hold two copies of a package.
  const fits = typeof model === "object" && model !== null && "nodes" in model && "carriers" in model;
  checkGiven(who, "a model, as loadModel(bytes) or chain(…) makes one", fits, model);
}

/** Throws a `TypeError` that says who takes what, and what was given, unless that fits. */
export function checkGiven(who: string, takes: string, fits: boolean, got: unknown): void {
  if (!fits) throw new TypeError(`${who}: takes ${takes}, got ${kindOf(got)}`);
}

function kindOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Promise) return "a promise: await it first";
  if (value instanceof Uint8Array) return "bytes";
  return Array.isArray(value) ? `a list of ${value.length}` : "another object";
}
