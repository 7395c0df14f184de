/** Activations that exporters write as arithmetic: a value times a function of itself. */
import { Add, geluTanh, hardSigmoid, hardSwish, silu, type Activation } from "@relprop/layers";
import type { Flow } from "../value.ts";
import { factors, isPowerOf, MOST_FACTORS, near, scalarLine, through } from "./pattern.ts";

/** An activation of x, times another flow if there is one. */
export interface SelfGate {
  readonly activation: Activation;
  readonly x: Flow;
  readonly times: Flow | undefined;
}

/**
 * `x · gate(x)` in any order and bracketing, another factor in between, and gates that are activations themselves;
 * `more` are gates besides those of convolutional networks.
 */
export function recognizeGate(flow: Flow, more: readonly Recognize[] = []): SelfGate | undefined {
  const whole = factors(flow);
  if (whole.leaves.length > MOST_FACTORS) return undefined;
  for (const leaf of whole.leaves) {
    for (const recognize of [...GATES, ...more]) {
      const gate = recognize(leaf);
      if (gate === undefined) continue;
      if (whole.leaves.length === 1 && gate.alone !== undefined && near(whole.scale, gate.scale)) {
        return { activation: gate.alone, x: gate.x, times: undefined };
      }
      const { scale, leaves } = factors(flow, gate.x);
      if (!leaves.includes(leaf) || !leaves.includes(gate.x) || !near(scale, gate.scale)) continue;
      const others = leaves.filter((each) => each !== leaf && each !== gate.x);
      if (leaves.length === 2 + others.length && others.length <= 1) {
        return { activation: gate.activation, x: gate.x, times: others[0] };
      }
    }
  }
  return undefined;
}

/** What is found where a factor is a function of another. */
export interface Gate {
  readonly x: Flow;
  /** What x times the gate times `scale` is. */
  readonly activation: Activation;
  readonly scale: number;
  /** What the gate times `scale` is, if that is an activation too. */
  readonly alone?: Activation;
}

type Recognize = (leaf: Flow) => Gate | undefined;

const GATES: readonly Recognize[] = [
  (leaf) => through(leaf, "sigmoid", (x) => ({ x, activation: silu, scale: 1 })),
  // ½ (1 + tanh z) = σ(2 z)
  (leaf) => through(leaf, "sigmoid", (inner) => {
    const x = cubicArgument(inner, 2);
    return x && { x, activation: geluTanh, scale: 1 };
  }),
  (leaf) => through(leaf, "hardSigmoid", (x, { alpha, beta }) =>
    near(alpha, 1 / 6) && near(beta, 0.5) ? { x, activation: hardSwish, scale: 1 } : undefined),
  (leaf) => through(leaf, "relu6", (inner) => {
    const line = scalarLine(inner);
    return line !== undefined && near(line.slope, 1) && near(line.offset, 3)
      ? { x: line.x, activation: hardSwish, scale: 1 / 6, alone: hardSigmoid() }
      : undefined;
  }),
  // 1 + tanh z
  (leaf) => {
    const line = scalarLine(leaf);
    if (line === undefined || !near(line.slope, line.offset)) return undefined;
    const x = through(line.x, "tanh", (argument) => cubicArgument(argument, 1));
    return x === undefined ? undefined : { x, activation: geluTanh, scale: 0.5 / line.offset };
  },
];

/** The x of `rate · √(2/π) (x + 0.044715 x³)`. */
function cubicArgument(argument: Flow, rate: number): Flow | undefined {
  const { scale, leaves } = factors(argument);
  const expected = rate * Math.sqrt(2 / Math.PI);
  const sum = leaves.length === 1 ? leaves[0]!.step : undefined;
  if (!(sum?.layer instanceof Add) || sum.inputs.length !== 2 || !near(scale, expected)) return undefined;
  return sum.inputs.find((x, i) => {
    const { scale: share, leaves: [leaf, ...others] } = factors(sum.inputs[1 - i]!, x);
    const isProduct = leaf === x && others.length === 2 && others.every((other) => other === x);
    const isPower = others.length === 0 && isPowerOf(leaf!, x, 3);
    return (isProduct || isPower) && near(share, 0.044715);
  });
}
