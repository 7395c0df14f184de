/** Following flows back to what they are made of. */
import { ActivationLayer, Divide, Multiply, Scale } from "@relprop/layers";
import type { Flow, Step } from "../value.ts";

/** How far back anything is followed. */
export const DEEPEST = 12;

/** The only input of a step that is not constant, as masks and extents are; `undefined` if there are several. */
export function onlyCarrier({ inputs }: Step): Flow | undefined {
  const carriers = inputs.filter(({ inert }) => !inert);
  return carriers.length === 1 ? carriers[0] : undefined;
}

/** Whether a step multiplies by, or divides by, what carries no relevance, or adds a single number to it. */
export function isScaling({ layer, inputs }: Step): boolean {
  if (layer instanceof Scale) return layer.kind === "Scale";
  if (layer instanceof Multiply) return true;
  return layer instanceof Divide && inputs[1]?.inert === true;
}

/** The name of the activation a flow comes out of. */
export function activationOf({ step }: Flow): string | undefined {
  return step?.layer instanceof ActivationLayer ? step.layer.activation.name : undefined;
}

/**
 * What a flow is, seen through what only moves or scales it: the first step back that is neither a route nor a product
 * with something constant.
 */
export function behindRoutes(flow: Flow): Flow {
  let at = flow;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const { step } = at;
    if (step === undefined || !(step.layer.role === "route" || isScaling(step))) return at;
    const next = onlyCarrier(step);
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

/** Whether a flow follows from `x` alone, element by element, or is constant. */
export function isFunctionOf(flow: Flow, x: Flow): boolean {
  const seen = new Set([flow]);
  let level: readonly Flow[] = [flow];
  // Each once, however often it is read: what is shared is not followed again.
  for (let depth = 0; level.length > 0; depth++) {
    const next: Flow[] = [];
    for (const at of level) {
      if (at === x || at.inert) continue;
      if (at.step === undefined || depth > DEEPEST || seen.size > WIDEST || !isPointwise(at.step)) return false;
      for (const input of at.step.inputs) {
        if (!seen.has(input)) next.push(input);
        seen.add(input);
      }
    }
    level = next;
  }
  return true;
}

/** No function that is looked for is made of more. */
const WIDEST = 64;

function isPointwise({ layer, inputs }: Step): boolean {
  return layer.elementwise === true || layer.role === "activation" ||
    ((layer.kind === "Add" || layer.kind === "Subtract") && inputs.length === 2) || layer instanceof Scale;
}
