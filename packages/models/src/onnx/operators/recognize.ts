/** Activations and normalisations that exporters write as arithmetic, found again in what the arithmetic became. */
import {
  ActivationLayer, Add, Divide, gelu, geluTanh, GlobalAvgPool, hardSigmoid, hardSwish, LayerNorm, mish, Multiply,
  ReduceMean, Scale, silu, Subtract, type Activation, type Layer,
} from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";

/** The flow, or a single layer in its place if it computes what that layer does. */
export function recognized(op: Operation, flow: Flow): Flow {
  const found = recognizeGate(flow);
  if (found !== undefined) return op.emit(new ActivationLayer(found.activation), [found.x]);
  const normalization = recognizeLayerNorm(flow);
  return normalization === undefined ? flow : op.emit(normalization.layer, [normalization.x]);
}

interface Found {
  readonly activation: Activation;
  readonly x: Flow;
}

/** `x · gate(x)` in any order and bracketing, and gates that are activations themselves. */
function recognizeGate(flow: Flow): Found | undefined {
  const whole = factors(flow, undefined);
  if (whole.leaves.length > MOST_FACTORS) return undefined;
  for (const leaf of whole.leaves) {
    for (const recognize of GATES) {
      const gate = recognize(leaf);
      if (gate === undefined) continue;
      if (whole.leaves.length === 1 && gate.alone !== undefined && near(whole.scale, gate.scale)) {
        return { activation: gate.alone, x: gate.x };
      }
      const { scale, leaves } = factors(flow, gate.x);
      const fits = leaves.length === 2 && leaves.includes(leaf) && leaves.includes(gate.x) && near(scale, gate.scale);
      if (fits) return { activation: gate.activation, x: gate.x };
    }
  }
  return undefined;
}

interface Gate {
  readonly x: Flow;
  /** What x times the gate times `scale` is. */
  readonly activation: Activation;
  readonly scale: number;
  /** What the gate times `scale` is, if that is an activation too. */
  readonly alone?: Activation;
}

const GATES: readonly ((leaf: Flow) => Gate | undefined)[] = [
  (leaf) => through(leaf, "sigmoid", (x) => ({ x, activation: silu, scale: 1 })),
  (leaf) => through(leaf, "hardSigmoid", (x, { alpha, beta }) =>
    near(alpha, 1 / 6) && near(beta, 0.5) ? { x, activation: hardSwish, scale: 1 } : undefined),
  (leaf) => through(leaf, "relu6", (inner) => {
    const line = scalarLine(inner);
    return line !== undefined && near(line.slope, 1) && near(line.offset, 3)
      ? { x: line.x, activation: hardSwish, scale: 1 / 6, alone: hardSigmoid() }
      : undefined;
  }),
  (leaf) => through(leaf, "tanh", (inner) => through(inner, "softplus", (x) => ({ x, activation: mish, scale: 1 }))),
  (leaf) => {
    const line = scalarLine(leaf);
    if (line === undefined || !near(line.slope, line.offset)) return undefined;
    const scale = 0.5 / line.slope;
    const inner = through(line.x, "erf", (argument) => factors(argument, undefined));
    if (inner !== undefined && inner.leaves.length === 1 && near(inner.scale, Math.SQRT1_2)) {
      return { x: inner.leaves[0]!, activation: gelu, scale };
    }
    const x = through(line.x, "tanh", cubicArgument);
    return x === undefined ? undefined : { x, activation: geluTanh, scale };
  },
];

/** The x of `√(2/π) (x + 0.044715 x³)`. */
function cubicArgument(argument: Flow): Flow | undefined {
  const { scale, leaves } = factors(argument, undefined);
  const sum = leaves.length === 1 ? leaves[0]!.step : undefined;
  if (!(sum?.layer instanceof Add) || sum.inputs.length !== 2 || !near(scale, Math.sqrt(2 / Math.PI))) return undefined;
  return sum.inputs.find((x, i) => {
    const { scale: rate, leaves: [leaf, ...others] } = factors(sum.inputs[1 - i]!, x);
    const isProduct = leaf === x && others.length === 2 && others.every((other) => other === x);
    const isPower = others.length === 0 && isPowerOf(leaf!, x, 3);
    return (isProduct || isPower) && near(rate, 0.044715);
  });
}

/** `center / √(mean(center²) + ε)` with `center = x − mean(x)`, the means taken over the last axes. */
function recognizeLayerNorm(flow: Flow): { layer: Layer; x: Flow } | undefined {
  const [center, sigma] = quotient(flow);
  const variance = sigma === undefined ? undefined : through(sigma, "sqrt", scalarLine);
  if (center === undefined || variance === undefined) return undefined;
  if (!near(variance.slope, 1) || !(variance.offset >= 0)) return undefined;
  const [x, mean] = center.step?.layer instanceof Subtract ? center.step.inputs : [];
  const squared = variance.x.step?.inputs[0];
  if (x === undefined || mean?.step?.inputs[0] !== x || squared === undefined) return undefined;
  const isSquare = squared.step?.layer instanceof Multiply
    ? squared.step.inputs.length === 2 && squared.step.inputs.every((input) => input === center)
    : isPowerOf(squared, center, 2);
  const axes = meanAxes(mean);
  if (!isSquare || axes === undefined || axes.join() !== meanAxes(variance.x)?.join()) return undefined;
  const count = axes.length;
  // Counted from either end, they must be the last ones.
  const isLast = axes.every((axis, i) => (axis < 0 ? axis : axis - (x.rank ?? NaN)) === i - count);
  return isLast ? { layer: new LayerNorm({ axes: count }, { epsilon: variance.offset }), x } : undefined;
}

/** The axes that a mean runs over and keeps; `undefined` for flows that are none. */
function meanAxes({ step }: Flow): readonly number[] | undefined {
  const rank = step?.inputs[0]?.rank ?? 0;
  const { layer } = step ?? {};
  if (layer instanceof GlobalAvgPool && layer.keepDims) return Array.from({ length: rank - 2 }, (_, i) => i + 2);
  return layer instanceof ReduceMean && layer.keepDims ? layer.axes : undefined;
}

/** `a` and `b` of `a / b`, also where it is written `a · (1 / b)`. */
function quotient({ step }: Flow): readonly [a: Flow, b: Flow] | readonly [] {
  const [a, b] = step?.inputs ?? [];
  if (a === undefined || b === undefined) return [];
  if (step?.layer instanceof Divide) return [a, b];
  if (!(step?.layer instanceof Multiply)) return [];
  const divisor = through(b, "reciprocal", (x) => x);
  return divisor === undefined ? [] : [a, divisor];
}

/** What is looked for has no more factors. */
const MOST_FACTORS = 8;

/** A flow as a number times others; `stop` is not taken apart, and neither is what makes too many. */
function factors(flow: Flow, stop: Flow | undefined, depth = 0): { scale: number; leaves: readonly Flow[] } {
  const layer = flow === stop || depth > 6 ? undefined : flow.step?.layer;
  if (layer instanceof Multiply) {
    const leaves: Flow[] = [];
    let scale = 1;
    for (const input of flow.step!.inputs) {
      const part = factors(input, stop, depth + 1);
      scale *= part.scale;
      for (const leaf of part.leaves) leaves.push(leaf);
      if (leaves.length > MOST_FACTORS) break;
    }
    return { scale, leaves };
  }
  const line = layer === undefined ? undefined : scalarLine(flow);
  if (line === undefined || line.offset !== 0) return { scale: 1, leaves: [flow] };
  const inner = factors(line.x, stop, depth + 1);
  return { scale: inner.scale * line.slope, leaves: inner.leaves };
}

/** `slope · x + offset` with single numbers. */
function scalarLine({ step }: Flow): { slope: number; offset: number; x: Flow } | undefined {
  if (step === undefined || !(step.layer instanceof Scale) || step.layer.kind !== "Scale") return undefined;
  const { weight, bias } = step.layer;
  if (weight.size !== 1 || (bias?.size ?? 1) !== 1) return undefined;
  return { slope: weight.data[0]!, offset: bias?.data[0] ?? 0, x: step.inputs[0]! };
}

function isPowerOf(flow: Flow, base: Flow, power: number): boolean {
  return through(flow, "pow", (x, { exponent }) => x === base && exponent === power) === true;
}

/** What `then` makes of the input of the activation of this name; `undefined` if the flow is not its output. */
function through<T>(
  { step }: Flow, name: string, then: (x: Flow, parameters: Readonly<Partial<Record<string, number>>>) => T,
): T | undefined {
  if (!(step?.layer instanceof ActivationLayer) || step.layer.activation.name !== name) return undefined;
  return then(step.inputs[0]!, step.layer.activation.parameters ?? {});
}

/** Equal but for what exporters round. */
function near(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= 1e-4 * Math.abs(expected);
}
