/** Methods that weigh or repeat the gradient. */
import type { Model } from "@relprop/layers";
import { formatShape, multiply, oneOf, optionsOf, sum, Tensor, type Value } from "@relprop/tensor";
import { timely, type Analyzer } from "./analyzer.ts";
import type { Explanation } from "../report/explanation.ts";
import type { AnalyzeOptions } from "../lrp.ts";
import { inputsOf, type Inputs } from "../run/inputs.ts";
import { outputOf, startAt } from "../run/target.ts";
import { inputGradient } from "./backward-methods.ts";
import { explainedValues, movable, replaced, withRelevance } from "./given-values.ts";
import { normals } from "./normals.ts";
import { checkGivenModel } from "../prepare/given-model.ts";

/**
 * `x ⊙ ∂y/∂x` (Shrikumar et al. 2016): LRP-0 on networks of rectifiers without biases. Where token ids look up rows, x
 * are the rows.
 */
export function inputXGradient(model: Model): Analyzer {
  checkGivenModel("inputXGradient", model);
  const gradient = inputGradient(model);
  return {
    analyze: timely((input, options) => {
      const inputs = inputsOf(model, input);
      const explanation = gradient.analyze(inputs, options);
      const slopes = new Map([...explanation.inputs, ...explanation.sources]);
      const values = explainedValues(model, inputs);
      return withRelevance(explanation, mapped(slopes, (slope, name) => multiply(values.get(name)!, slope)));
    }),
  };
}

/** Where on the path the gradient is taken: at the end, the middle or the beginning of each of the equal steps. */
export type Quadrature = "right" | "midpoint" | "left";

/** What `integratedGradients` may be given. */
export interface IntegratedOptions {
  /** 50 by default. */
  readonly steps?: number;
  /** Where the path starts: one number for all inputs of floats, or inputs like those explained; 0 by default. */
  readonly baseline?: Inputs | number;
  /** `"midpoint"` by default. */
  readonly quadrature?: Quadrature;
}

/** An explanation by integrated gradients. */
export interface IntegratedExplanation extends Explanation {
  /** Per sample what the steps miss: `Σ R − (y(x) − y(x₀))`; more steps make it smaller. */
  readonly delta: readonly number[];
}

/** What `integratedGradients` returns. */
export interface IntegratedGradients extends Analyzer {
  analyze(input: Inputs, options?: AnalyzeOptions): IntegratedExplanation;
}

const OFFSETS: Readonly<Record<Quadrature, number>> = { right: 1, midpoint: 0.5, left: 0 };

/**
 * `(x − x₀) ⊙ ∫ ∂y/∂x(x₀ + α (x − x₀)) dα` as a sum over equal steps (Sundararajan et al. 2017). The relevance of all
 * inputs adds up to `y(x) − y(x₀)` but for what the steps miss; the target is chosen at `x` itself. All inputs of
 * floats go along the path together; inputs of whole numbers stay.
 */
export function integratedGradients(model: Model, options: IntegratedOptions = {}): IntegratedGradients {
  const { steps = 50, baseline = 0, quadrature = "midpoint" } = optionsOf("integratedGradients", options);
  checkGivenModel("integratedGradients", model);
  oneOf("integratedGradients", "quadrature", quadrature, ["right", "midpoint", "left"]);
  checkCount("integratedGradients", "steps", steps);
  const gradient = inputGradient(model);
  return {
    analyze: timely((input, analysis) => {
      const inputs = inputsOf(model, input);
      const ends = movable("integratedGradients", model, inputs);
      const starts = baselines(model, ends, baseline);
      const at = (alpha: number): readonly Value[] =>
        replaced(model, inputs, mapped(ends, ({ data, shape }, name) => {
          const from = starts.get(name)!.data;
          return elementwise(shape, data, (x, i) => from[i]! + alpha * (x - from[i]!));
        }));
      const { explanation, fixed } = chosenOnce(model, gradient, inputs, analysis);
      const means = meanGradients(gradient, ends, steps, (k) => at((k + OFFSETS[quadrature]) / steps), fixed);
      const relevances = mapped(ends, ({ data, shape }, name) => {
        const [from, mean] = [starts.get(name)!.data, means.get(name)!];
        return elementwise(shape, data, (x, i) => (x - from[i]!) * mean[i]!);
      });
      const before = gradient.analyze(replaced(model, inputs, starts), fixed).output;
      const samples = [...ends.values()][0]!.shape[0] ?? 1;
      const scores = [explanation.output, before].map((y) => samplesOf(multiply(y, fixed.target), samples).map(sum));
      const totals = [...relevances.values()].map((relevance) => samplesOf(relevance, samples).map(sum));
      const delta = scores[0]!.map((score, n) =>
        totals.reduce((total, each) => total + each[n]!, 0) - (score - scores[1]![n]!));
      return Object.assign(withRelevance(explanation, relevances), { delta });
    }),
  };
}

function baselines(
  model: Model, ends: ReadonlyMap<string, Tensor>, baseline: Inputs | number,
): ReadonlyMap<string, Tensor> {
  if (typeof baseline === "number") {
    return mapped(ends, ({ data, shape }) => elementwise(shape, data, () => baseline));
  }
  const given = inputsOf(model, baseline);
  return mapped(ends, ({ size }, name) => {
    const from = given[model.inputs.findIndex((input) => input.name === name)];
    if (from instanceof Tensor && from.size === size) return from;
    const got = from === undefined ? "none" : from.data.length;
    throw new RangeError(`integratedGradients: takes a baseline of ${size} elements for "${name}", got ${got}`);
  });
}

/** What `smoothGrad` may be given. */
export interface SmoothOptions {
  /** 50 by default. */
  readonly samples?: number;
  /** Standard deviation of the noise, as a part of the range of the sample it is added to; 0.1 by default. */
  readonly noise?: number;
  /** The same seed gives the same noise, everywhere; 1 by default. */
  readonly seed?: number;
}

/**
 * The gradient averaged over noisy copies of the inputs of floats (Smilkov et al. 2017); the target is chosen without
 * noise.
 */
export function smoothGrad(model: Model, options: SmoothOptions = {}): Analyzer {
  const { samples = 50, noise = 0.1, seed = 1 } = optionsOf("smoothGrad", options);
  checkGivenModel("smoothGrad", model);
  checkCount("smoothGrad", "samples", samples);
  if (!(noise >= 0)) throw new RangeError(`smoothGrad: takes noise >= 0, got ${noise}`);
  const gradient = inputGradient(model);
  return {
    analyze: timely((input, analysis) => {
      const inputs = inputsOf(model, input);
      const floats = movable("smoothGrad", model, inputs);
      const { explanation, fixed } = chosenOnce(model, gradient, inputs, analysis);
      const draw = normals(seed);
      // Every sample meets the same noise, so that a batch gets what each sample gets alone.
      const noisy = (): readonly Value[] =>
        replaced(model, inputs, mapped(floats, (value) => {
          const parts = samplesOf(value, value.shape[0] ?? 1);
          const size = parts[0]?.size ?? 0;
          const deviations = parts.map((part) => noise * rangeOf(part));
          const noises = Float64Array.from({ length: size }, draw);
          return elementwise(value.shape, value.data, (x, i) =>
            x + deviations[Math.floor(i / size)]! * noises[i % size]!);
        }));
      const means = meanGradients(gradient, floats, samples, noisy, fixed);
      return withRelevance(explanation, mapped(floats, ({ data, shape }, name) => {
        const mean = means.get(name)!;
        return elementwise(shape, data, (_, i) => mean[i]!);
      }));
    }),
  };
}

/** The explanation at the inputs themselves, and options that explain the very same outputs at other inputs. */
function chosenOnce(
  model: Model, gradient: Analyzer, inputs: readonly Value[], analysis: AnalyzeOptions,
): { readonly explanation: Explanation; readonly fixed: AnalyzeOptions & { readonly target: Tensor } } {
  const explanation = gradient.analyze(inputs, analysis);
  const { layers: _, target = "max", start, ...rest } = analysis;
  const layout = model.layout(outputOf(model, analysis.output));
  const begin = startAt(explanation.output, target, start, layout, inputs[0]?.shape[0]);
  return { explanation, fixed: { ...rest, target: begin.relevance } };
}

function meanGradients(
  gradient: Analyzer, like: ReadonlyMap<string, Tensor>, count: number, point: (k: number) => readonly Value[],
  options: AnalyzeOptions,
): ReadonlyMap<string, Float64Array> {
  const means = new Map([...like].map(([name, { size }]) => [name, new Float64Array(size)]));
  for (let k = 0; k < count; k++) {
    const slopes = gradient.analyze(point(k), options).inputs;
    for (const [name, mean] of means) {
      const { data } = slopes.get(name)!;
      for (let i = 0; i < mean.length; i++) mean[i]! += data[i]! / count;
    }
  }
  return means;
}

/** The parts of a value that belong to each sample: rows of the first axis, or all of it for an only sample. */
export function samplesOf(x: Tensor, samples: number): readonly Tensor[] {
  if (samples === 1) return [x];
  if (x.shape[0] === samples) return Array.from({ length: samples }, (_, n) => x.rows(n, n + 1));
  const got = formatShape(x.shape);
  throw new RangeError(`samples: takes a value whose first axis is the batch, here ${samples}, got ${got}`);
}

function rangeOf({ data }: Tensor): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high > low ? high - low : 0;
}

function mapped<A, B>(values: ReadonlyMap<string, A>, f: (value: A, name: string) => B): Map<string, B> {
  return new Map([...values].map(([name, value]) => [name, f(value, name)]));
}

function elementwise(
  shape: readonly number[], data: Float32Array, f: (value: number, index: number) => number,
): Tensor {
  return new Tensor(shape, data.length === 0 ? new Float32Array() : Float32Array.from(data, f));
}

function checkCount(who: string, what: string, count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 24) {
    const most = count > 1 ? " and <= 2^24" : "";
    throw new RangeError(`${who}: takes a whole number of ${what} >= 1${most}, got ${count}`);
  }
}
