/** Products in which one factor weighs the other: which it is, and why. */
import { ActivationLayer, Dense, Softmax, type GateKind, type Gating } from "@relprop/layers";
import type { Flow, Step } from "../value.ts";
import { stateGating } from "./state-space.ts";
import { activationOf, behindRoutes, DEEPEST, isFunctionOf, isScaling, onlyCarrier } from "./trace.ts";

/** What a product of two is, if one factor weighs the other; `divides` says that the second is divided by. */
export function gatingOf(factors: readonly Flow[], divides = false): Gating | undefined {
  const [a, b] = factors;
  if (factors.length !== 2 || a === undefined || b === undefined || a === b) return undefined;
  if (isDeviation(b, divides)) return { factor: 1, as: "deviation" };
  if (!divides && isDeviation(a, false)) return { factor: 0, as: "deviation" };
  if (isGateOfSelf(a, b)) return { factor: 1, as: "self" };
  if (divides) return undefined;
  if (isGateOfSelf(b, a)) return { factor: 0, as: "self" };
  const state = stateGating(a, b);
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
export function attentionOf(factors: readonly Flow[]): Gating | undefined {
  const [a, b] = factors as readonly [Flow, Flow];
  const [first, second] = [isProbability(a), isProbability(b)];
  return first === second ? stateGating(a, b) : { factor: first ? 0 : 1, as: "attention" };
}

/** Out of a softmax, maybe cut, moved or masked since. */
function isProbability(flow: Flow): boolean {
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

/** A root of a mean or sum of squares, also bounded, shifted, repeated; with `isDivisor` as it is, without inverted. */
function isDeviation(flow: Flow, isDivisor: boolean): boolean {
  let [at, exponent] = [flow, isDivisor ? 1 : -1];
  let hasRoot = false;
  for (let depth = 0; depth < 2 * DEEPEST; depth++) {
    const { step } = at;
    if (step === undefined) return false;
    const { layer } = step;
    if (layer instanceof ActivationLayer) {
      const { name, parameters } = layer.activation;
      const power = name === "sqrt" ? 0.5 : name === "reciprocal" ? -1
        : name === "pow" ? parameters!["exponent"]! : STEADY.has(name) ? 1 : NaN;
      if (!Number.isFinite(power)) return false;
      if (Math.abs(power) === 0.5) hasRoot = true;
      exponent *= power;
    } else if (isReduction(step)) {
      const [x] = step.inputs;
      return hasRoot ? exponent === 0.5 && isSquare(x!) : exponent === 1 && isSize(x!);
    } else if (isSumOfSquares(step)) {
      return hasRoot && exponent === 0.5;
    } else if (layer.role !== "route" && !isScaling(step) && !isShift(step)) {
      return false;
    }
    const next = onlyCarrier(step);
    if (next === undefined) return false;
    at = next;
  }
  return false;
}

const STEADY: ReadonlySet<string> = new Set(["clip", "relu", "threshold"]);
const REDUCED: ReadonlySet<string> = new Set(["ReduceMean", "ReduceSum", "GlobalAvgPool", "ReduceMax"]);

function isShift({ layer }: Step): boolean {
  return layer.kind === "Add" || layer.kind === "Maximum" || layer.kind === "Subtract";
}

function isSquare(flow: Flow): boolean {
  const { step } = flow;
  if (step?.layer instanceof ActivationLayer) return step.layer.activation.parameters?.["exponent"] === 2;
  const [a, b] = step?.inputs ?? [];
  return step?.layer.kind === "Multiply" && step.inputs.length === 2 && a === b;
}

/** A sum, mean or maximum, also one that a product with equal weights makes. */
function isReduction({ layer }: Step): boolean {
  if (!(layer instanceof Dense)) return REDUCED.has(layer.kind);
  const { weight, bias } = layer;
  if (bias !== undefined) return false;
  // A look at the first numbers, before all of an encoded weight are written out.
  const first = new Float32Array(Math.min(16, weight.size));
  if (weight.encoded === undefined) first.set(weight.data.subarray(0, first.length));
  else weight.encoded.decode(0, first.length, first, 0);
  const same = (value: number): boolean => value === first[0];
  return first.every(same) && weight.data.every(same);
}

/** `Σ x²` as one contraction, or a variance as `mean(x²) − mean(x)²`. */
function isSumOfSquares({ layer, inputs: [a, b] }: Step): boolean {
  if (layer.kind === "Einsum") return a === b;
  if (layer.kind !== "Subtract" || a?.step === undefined || b === undefined) return false;
  const root = isSquare(b) ? b.step!.inputs[0] : undefined;
  return isReduction(a.step) && isSquare(a.step.inputs[0]!) && root?.step !== undefined && isReduction(root.step);
}

/** Absolute values, or what is never negative: their sum or maximum is a norm without a root. */
function isSize(flow: Flow): boolean {
  return SIZES.has(activationOf(flow) ?? "") || isProbability(flow);
}

const SIZES: ReadonlySet<string> = new Set(["abs", "relu", "relu6", "sigmoid", "hardSigmoid"]);

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
