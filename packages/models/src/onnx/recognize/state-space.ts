/** Selective state-space layers, `h ← exp(Δ A) ⊙ h + (Δ B) x`, `y = C h`, as files write them: step by step. */
import { Dense, type Gating } from "@relprop/layers";
import type { Flow } from "../value.ts";
import { activationOf, behindRoutes } from "./trace.ts";

/** Which factor of a product is a parameter of such a layer that depends on the input (Jafari et al. 2024). */
export function stateGating(a: Flow, b: Flow): Gating | undefined {
  return oneWay(a, b, 0) ?? oneWay(b, a, 1);
}

function oneWay(parameter: Flow, signal: Flow, factor: number): Gating | undefined {
  const source = behindRoutes(parameter);
  if (activationOf(source) === "exp") return { factor, as: "transition" };
  if (activationOf(source) === "softplus") return { factor, as: "step" };
  if (isTransition(source, signal)) return { factor, as: "transition" };
  if (isState(signal) && !isState(parameter) && source.step?.layer instanceof Dense) return { factor, as: "readout" };
  return undefined;
}

/** Whether a factor is `Δ B`, or the `B` of `(Δ x) B`. */
function isTransition(source: Flow, signal: Flow): boolean {
  const own = stepProduct(source);
  if (own !== undefined) return isSelected(own.other, own.step);
  const other = stepProduct(behindRoutes(signal));
  return other !== undefined && !isSelected(other.other, other.step) && isSelected(source, other.step);
}

/** Δ and the other factor of a product with it. */
function stepProduct({ step: made }: Flow): { readonly step: Flow; readonly other: Flow } | undefined {
  const { gating } = (made?.layer ?? {}) as { readonly gating?: Gating };
  if (gating?.as !== "step") return undefined;
  return { step: made!.inputs[gating.factor]!, other: made!.inputs[1 - gating.factor]! };
}

/** Whether something comes out of the projection that Δ comes out of. */
function isSelected(flow: Flow, step: Flow): boolean {
  const source = behindRoutes(flow);
  let at: Flow | undefined = behindRoutes(step).step?.inputs[0];
  for (let depth = 0; depth < 4 && at !== undefined; depth++) {
    const behind = behindRoutes(at);
    if (behind === source) return true;
    at = behind.step?.layer instanceof Dense ? behind.step.inputs[0] : undefined;
  }
  return false;
}

/** Whether a flow is what a transition made, or a sum with such a thing. */
function isState(flow: Flow): boolean {
  const { step } = behindRoutes(flow);
  if (step === undefined) return false;
  const isMade = (made: Flow): boolean =>
    (made.step?.layer as { readonly gating?: Gating } | undefined)?.gating?.as === "transition";
  if (step.layer.kind !== "Add") return isMade({ ...flow, step });
  return step.inputs.some((input) => isMade(behindRoutes(input)));
}
