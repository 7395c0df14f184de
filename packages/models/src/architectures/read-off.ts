/** What an architecture leaves open is read off its weights. */
import type { NamedWeights } from "./blueprint.ts";

/** An extent of a parameter; the usual one where the parameter is missing, which is told later. */
export function extentOf(weights: NamedWeights, name: string, axis: number, usual: number): number {
  return weights.get(name)?.shape[axis] ?? usual;
}
