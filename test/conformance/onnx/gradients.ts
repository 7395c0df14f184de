/** Whether the way back through a network is the derivative of the way forward, by central differences. */
import { gradient, LRP } from "@relprop/lrp";
import type { Model } from "@relprop/layers";
import { empty, Tensor, type Value } from "@relprop/tensor";

/**
 * What became of a gradient:
 * - `"AGREES"`: it is the derivative.
 * - `"KINK"`: the function bends there, or several tie; it is what the function does on one side, or lies between both.
 * - `"JUMP"`: the function jumps there, and has no derivative.
 * - `"ROUNDED"`: the function rounds to steps, and the gradient passes that by.
 * - `"HELD"`: the input takes part in what a layer is; nothing goes back to it.
 * - `"OFF"`: it is anything else.
 * - `"NONE"`: there is none: whole numbers, no finite output.
 */
export type GradientFate = "AGREES" | "KINK" | "JUMP" | "ROUNDED" | "HELD" | "OFF" | "NONE";

/** What became of the gradients of a network at a point, the worst of all, and where that is. */
export interface GradientResult {
  readonly fate: GradientFate;
  readonly reason: string;
}

/** How many elements of an input are looked at, besides all together. */
const MOST = 48;
const STEPS = [2 ** -5, 2 ** -7, 2 ** -9] as const;
const WORST: readonly GradientFate[] = ["OFF", "JUMP", "KINK", "ROUNDED", "AGREES", "HELD", "NONE"];

/** Compares the gradients of a random combination of all outputs with differences, element by element. */
export function checkGradients(model: Model, inputs: readonly Value[]): GradientResult {
  const outputs = model.run(...inputs);
  const lrp = new LRP(model, model.carriers.map(() => gradient()), { skipChecks: true });
  const results = model.outputs.flatMap((output, at): readonly GradientResult[] => {
    const value = outputs[at]!;
    if (!(value instanceof Tensor) || !isCarried(model, output)) return [];
    const weights = empty(value.shape);
    const next = numbers(at + 1);
    for (let i = 0; i < weights.size; i++) weights.data[i] = next() < 0 ? next() / 2 - 1 : 1 + next() / 2;
    const slopesOf = gradients(lrp, inputs, output, weights);
    const score = (given: readonly Value[]): Score => scoreOf(model.run(...given)[at] as Tensor, weights);
    return inputs.flatMap((input, i) => {
      if (!(input instanceof Tensor)) return [];
      const { name } = model.inputs[i]!;
      const slopes = slopesOf[i];
      if (slopes === undefined) return [{ fate: "HELD", reason: `${output} by ${name}` }];
      const found = directions(input).map(({ called, direction }) => {
        const along = (step: number): Score => score(inputs.with(i, moved(input, direction, step)));
        const got = direction.reduce((sum, each, e) => (each === 0 ? sum : sum + each * slopes[e]!), 0);
        const { fate, reason } = verdict(along, got, sizeAt(input, direction));
        const isRounded = fate !== "AGREES" && rounds(model);
        return { fate: isRounded ? "ROUNDED" : fate, reason: `${output} by ${name}${called}: ${reason}` };
      });
      // Where elements bend, the slopes they have on one side say nothing of a direction through all.
      const bends = found.slice(0, -1).some(({ fate }) => fate === "KINK" || fate === "JUMP");
      return bends ? found.slice(0, -1) : found;
    });
  });
  const none: GradientResult = { fate: "NONE", reason: "" };
  return results.reduce((worst, one) => (WORST.indexOf(one.fate) < WORST.indexOf(worst.fate) ? one : worst), none);
}

/** What comes back to every input; `undefined` where nothing does. */
function gradients(
  lrp: LRP, inputs: readonly Value[], output: string, weights: Tensor,
): readonly (Float32Array | undefined)[] {
  return lrp.scratch(() => {
    const start = weights.reshape([1, ...weights.shape]);
    return lrp.backward(lrp.forward(...inputs), new Map([[output, start]])).map((found) => found?.data.slice());
  });
}

function rounds({ nodes }: Model): boolean {
  return nodes.some(({ layer }) => /Quantize/.test(layer.kind));
}

/** Whether relevance begins at an output. */
function isCarried(model: Model, output: string): boolean {
  return model.has(output) && model.node(output).inert !== true;
}

/** A sum, and how far rounding may have moved it. */
interface Score {
  readonly sum: number;
  readonly noise: number;
}

function scoreOf(value: Tensor, weights: Tensor): Score {
  let [sum, size] = [0, 0];
  for (let i = 0; i < value.size; i++) {
    sum += weights.data[i]! * value.data[i]!;
    size += Math.abs(weights.data[i]! * value.data[i]!);
  }
  return { sum, noise: size * 2 ** -22 };
}

interface Direction {
  readonly called: string;
  readonly direction: Float32Array;
}

/** Single elements, spread over the input, and one direction through all. */
function directions({ size }: Tensor): readonly Direction[] {
  const count = Math.min(size, MOST);
  const single = Array.from({ length: count }, (_, k) => {
    const element = Math.floor((k * size) / count);
    const direction = new Float32Array(size);
    direction[element] = 1;
    return { called: `[${element}]`, direction };
  });
  const next = numbers(size);
  return size < 2 ? single : [...single, { called: "", direction: Float32Array.from({ length: size }, next) }];
}

function sizeAt(input: Tensor, direction: Float32Array): number {
  return direction.reduce((most, each, e) => (each === 0 ? most : Math.max(most, Math.abs(input.data[e]!))), 0.5);
}

function moved(input: Tensor, direction: Float32Array, step: number): Tensor {
  const out = empty(input.shape);
  for (let e = 0; e < out.size; e++) out.data[e] = input.data[e]! + step * direction[e]!;
  return out;
}

/** What a slope is, given the function along its direction. */
function verdict(along: (step: number) => Score, got: number, size: number): GradientResult {
  const here = along(0);
  const sides: { readonly low: number; readonly high: number; readonly allowed: number }[] = [];
  if (!Number.isFinite(here.sum)) return { fate: "NONE", reason: "the output is not finite" };
  for (const share of STEPS) {
    // A power of two, so that steps are what they are called.
    const step = share * 2 ** Math.round(Math.log2(size));
    const [before, behind] = [along(-step), along(step)];
    const noise = (here.noise + before.noise + behind.noise) / step;
    const central = (behind.sum - before.sum) / (2 * step);
    const [left, right] = [(here.sum - before.sum) / step, (behind.sum - here.sum) / step];
    if (!Number.isFinite(central)) continue;
    const allowed = 2e-3 * Math.abs(central) + noise + 1e-5;
    if (Math.abs(got - central) <= allowed) return { fate: "AGREES", reason: "" };
    const half = (along(step / 2).sum - along(-step / 2).sum) / step;
    // Bent evenly, the error of half the step is a third of the difference.
    const bent = Math.abs(half - central);
    if (bent < 0.1 * Math.abs(half) && Math.abs(got - half) <= bent + 2 * noise) {
      return { fate: "AGREES", reason: "" };
    }
    sides.push({ low: Math.min(left, right), high: Math.max(left, right), allowed });
  }
  const last = sides.at(-1);
  if (last === undefined) return { fate: "NONE", reason: "the output is not finite around here" };
  const said = `takes ${last.low} to ${last.high}, got ${got}`;
  const isBetween = got >= last.low - last.allowed && got <= last.high + last.allowed;
  const first = sides[0]!;
  const steepest = (side: typeof last): number => Math.max(Math.abs(side.low), Math.abs(side.high));
  // Where the function jumps, quotients grow as steps shrink.
  if (steepest(last) > 8 * (steepest(first) + first.allowed)) return { fate: "JUMP", reason: said };
  const bends = last.high - last.low > 4 * last.allowed;
  return { fate: bends && isBetween ? "KINK" : "OFF", reason: said };
}

/** Numbers from −1 to 1, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 31 - 1;
  };
}
