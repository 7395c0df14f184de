/** What an architecture leaves open is read off its weights. */
import type { NamedWeights } from "./blueprint.ts";

/** An extent of a parameter; the usual one where the parameter is missing, which is told later. */
export function extentOf(weights: NamedWeights, name: string, axis: number, usual: number): number {
  return weights.get(name)?.shape[axis] ?? usual;
}

/** Throws a `TypeError` that names the architecture for what is no map of weights. */
export function checkWeights(who: string, weights: unknown): void {
  if (typeof (Object(weights) as Partial<NamedWeights>).get === "function") return;
  const got = typeof weights === "object" && weights !== null ? "another object" : String(weights);
  throw new TypeError(`${who}: takes weights by name, as readSafetensors gives them, got ${got}`);
}
