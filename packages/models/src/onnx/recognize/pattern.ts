/** What arithmetic comes down to: numbers times factors, lines, quotients. */
import { ActivationLayer, Divide, Multiply, Scale } from "@relprop/layers";
import type { Flow } from "../value.ts";

/** What is looked for has no more factors. */
export const MOST_FACTORS = 8;

/** A number times others. */
export interface Factors {
  readonly scale: number;
  readonly leaves: readonly Flow[];
}

/** A flow as a number times others; `stop` is not taken apart, and neither is what makes too many. */
export function factors(flow: Flow, stop?: Flow, depth = 0): Factors {
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
export function scalarLine({ step }: Flow): { slope: number; offset: number; x: Flow } | undefined {
  if (step === undefined || !(step.layer instanceof Scale) || step.layer.kind !== "Scale") return undefined;
  const { weight, bias } = step.layer;
  if (weight.size !== 1 || (bias?.size ?? 1) !== 1) return undefined;
  return { slope: weight.data[0]!, offset: bias?.data[0] ?? 0, x: step.inputs[0]! };
}

/** `a` and `b` of `a / b`, also where it is written `a · (1 / b)`. */
export function quotient({ step }: Flow): readonly [a: Flow, b: Flow] | readonly [] {
  const [a, b] = step?.inputs ?? [];
  if (a === undefined || b === undefined) return [];
  if (step?.layer instanceof Divide) return [a, b];
  if (!(step?.layer instanceof Multiply)) return [];
  const [under, over] = [divisor(b), divisor(a)];
  return under !== undefined ? [a, under] : over !== undefined ? [b, over] : [];
}

/** The b of `1 / b`. */
function divisor(flow: Flow): Flow | undefined {
  const { scale, leaves: [leaf, ...others] } = factors(flow);
  return leaf === undefined || others.length > 0 || scale !== 1 ? undefined : through(leaf, "reciprocal", (b) => b);
}

/** Whether a flow is a power of another. */
export function isPowerOf(flow: Flow, base: Flow, power: number): boolean {
  return through(flow, "pow", (x, { exponent }) => x === base && exponent === power) === true;
}

/** What `then` makes of the input of the activation of this name; `undefined` if the flow is not its output. */
export function through<T>(
  { step }: Flow, name: string, then: (x: Flow, parameters: Readonly<Partial<Record<string, number>>>) => T,
): T | undefined {
  if (!(step?.layer instanceof ActivationLayer) || step.layer.activation.name !== name) return undefined;
  return then(step.inputs[0]!, step.layer.activation.parameters ?? {});
}

/** Equal but for what exporters round. */
export function near(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) <= 1e-4 * Math.abs(expected);
}
