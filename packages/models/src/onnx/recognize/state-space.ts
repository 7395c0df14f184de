/** Selective state-space layers, `h ← exp(Δ A) ⊙ h + (Δ B) x`, `y = C h`, as files write them: step by step. */
import { ActivationLayer, Dense, type Gating } from "@relprop/layers";
import type { Flow, Step } from "../value.ts";
import { activationOf, behindRoutes, DEEPEST, onlyCarrier } from "./trace.ts";

/** Which factor of a product is a parameter of such a layer that depends on the input (Jafari et al. 2024). */
export function stateGating(a: Flow, b: Flow): Gating | undefined {
  return oneWay(a, b, 0) ?? oneWay(b, a, 1);
}

function oneWay(parameter: Flow, signal: Flow, factor: number): Gating | undefined {
  const source = behindRoutes(parameter);
  // exp(d) · size, as boxes are decoded, is a product like any other: the exponent of a state's transition is Δ A.
  if (activationOf(source) === "exp" && isWidths(source.step!.inputs[0]!)) return { factor, as: "transition" };
  if (activationOf(source) === "softplus" && isReadWith(signal, source)) return { factor, as: "step" };
  if (isTransition(source, signal)) return { factor, as: "transition" };
  if (isState(signal) && !isState(parameter) && source.step?.layer instanceof Dense) return { factor, as: "readout" };
  return undefined;
}

/** Whether a flow is made of Δ and constants alone, also summed over steps and bounded. */
function isWidths(flow: Flow): boolean {
  let level: readonly Flow[] = [flow];
  for (let depth = 0; depth < DEEPEST; depth++) {
    level = level.map(behindRoutes).filter((at) => activationOf(at) !== "softplus");
    if (level.length === 0) return true;
    if (level.length > DEEPEST || level.some(({ step }) => step === undefined || !isWidthSum(step))) return false;
    level = level.flatMap(({ step }) => step!.inputs.filter(({ inert }) => !inert));
  }
  return false;
}

const WIDTH_SUMS: ReadonlySet<string> = new Set(["Add", "Subtract", "CumSum", "ReduceSum"]);

function isWidthSum({ layer }: Step): boolean {
  return WIDTH_SUMS.has(layer.kind) || (layer instanceof ActivationLayer && layer.activation.name === "clip");
}

/** Whether Δ is a projection of the signal, or the signal comes out of a projection that Δ comes out of. */
function isReadWith(signal: Flow, width: Flow): boolean {
  const sources = new Set(projections(width.step!.inputs[0]!));
  let at: Flow | undefined = signal;
  for (let depth = 0; depth < DEEPEST && at !== undefined; depth++) {
    const behind = behindRoutes(at);
    if (sources.has(behind)) return true;
    at = behind.step === undefined || behind.step.layer instanceof Dense ? undefined : onlyCarrier(behind.step);
  }
  return false;
}

/** What a flow is a projection of, and what that is one of. */
function projections(flow: Flow): readonly Flow[] {
  const found: Flow[] = [];
  let at: Flow | undefined = flow;
  for (let depth = 0; depth < 4 && at !== undefined; depth++) {
    const behind = behindRoutes(at);
    found.push(behind);
    const { step } = behind;
    at = step?.layer instanceof Dense || step?.layer.kind === "Add" ? onlyCarrier(step) : undefined;
  }
  return found;
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
  const width = behindRoutes(step).step?.inputs[0];
  return width !== undefined && projections(width).includes(source);
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
