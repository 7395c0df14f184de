/** Products in which one factor weighs the other: which it is, and why. */
import { Softmax, type GateKind, type Gating } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { stepsOf } from "../operators/operator-group.ts";
import type { Flow } from "../value.ts";
import { activationOf, behindRoutes, DEEPEST, isFunctionOf, isScaling, onlyCarrier } from "./trace.ts";

/** What a product of two is, if one factor weighs the other; `divides` says that the second is divided by. */
export function gatingOf(op: Operation, factors: readonly Flow[], divides = false): Gating | undefined {
  const { isDeviation, stateGating } = stepsOf(op);
  const [a, b] = factors;
  if (factors.length !== 2 || a === undefined || b === undefined || a === b) return undefined;
  if (isDeviation?.(b, divides) === true) return { factor: 1, as: "deviation" };
  if (!divides && isDeviation?.(a, false) === true) return { factor: 0, as: "deviation" };
  if (isGateOfSelf(a, b)) return { factor: 1, as: "self" };
  if (divides) return undefined;
  if (isGateOfSelf(b, a)) return { factor: 0, as: "self" };
  const state = stateGating?.(a, b);
  if (state !== undefined) return state;
  const tests: readonly (readonly [GateKind, (flow: Flow) => boolean])[] = [
    ["attention", isProbability], ["rows", isLookup], ["gate", isSwitch], ["gate", isUnit],
  ];
  for (const [as, test] of tests) {
    const [first, second] = [test(a), test(b)];
    if (first !== second) return { factor: first ? 0 : 1, as };
    if (first) return undefined;
  }
  return undefined;
}

/** Which factor of a product of matrices weighs the other: probabilities, or parameters of a state space. */
export function attentionOf(op: Operation, factors: readonly Flow[]): Gating | undefined {
  const [a, b] = factors as readonly [Flow, Flow];
  const [first, second] = [isProbability(a), isProbability(b)];
  return first === second ? stepsOf(op).stateGating?.(a, b) : { factor: first ? 0 : 1, as: "attention" };
}

/** Out of a softmax, maybe cut, moved or masked since. */
export function isProbability(flow: Flow): boolean {
  return behindRoutes(flow).step?.layer instanceof Softmax;
}

/** Rows of a table as they were looked up: rotations by position. */
function isLookup(flow: Flow): boolean {
  return behindRoutes(flow).step?.layer.kind === "Embedding";
}

const SWITCHES: ReadonlySet<string> = new Set(["sigmoid", "hardSigmoid"]);
const UNITS: ReadonlySet<string> = new Set([
  "celu", "elu", "gelu", "geluTanh", "hardSwish", "leakyRelu", "mish", "quickGelu", "relu", "relu6", "selu", "silu",
]);

/** Between 0 and 1. */
function isSwitch(flow: Flow): boolean {
  return SWITCHES.has(activationOf(behindRoutes(flow)) ?? "");
}

/** The activated half of a gated perceptron. */
function isUnit(flow: Flow): boolean {
  const source = behindRoutes(flow);
  const { gating } = (source.step?.layer ?? {}) as { readonly gating?: Gating };
  return gating?.as === "self" || UNITS.has(activationOf(source) ?? "");
}

/** Whether `gate` is a function of what `signal` is a multiple of. */
function isGateOfSelf(signal: Flow, gate: Flow): boolean {
  let x = signal;
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (isFunctionOf(gate, x)) return !gate.inert && !x.inert;
    const { step } = x;
    const next = step !== undefined && isScaling(step) ? onlyCarrier(step) : undefined;
    if (next === undefined) return false;
    x = next;
  }
  return false;
}

/** What a product is by what its factor is to it, in words. */
export const GATINGS: Readonly<Record<GateKind, string>> = {
  attention: "values weighed by attention",
  deviation: "scaled by the deviation of a normalisation",
  gate: "a gate on a signal",
  readout: "a state read out",
  rows: "rotated by position",
  self: "a value times a function of itself",
  step: "a state's step width",
  transition: "a state's transition",
};
