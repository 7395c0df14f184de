/** Deviations and norms, as normalisations that are written out divide by them. */
import { ActivationLayer, Dense } from "@relprop/layers";
import type { Flow, Step } from "../value.ts";
import { isProbability } from "./gating.ts";
import { activationOf, DEEPEST, isScaling, onlyCarrier } from "./trace.ts";

/** A root of a mean or sum of squares, also bounded, shifted, repeated; with `isDivisor` as it is, without inverted. */
export function isDeviation(flow: Flow, isDivisor: boolean): boolean {
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
