/** Methods that weigh or repeat the gradient. */
import type { Model } from "@relprop/layers";
import { formatShape, multiply, sum, Tensor } from "@relprop/tensor";
import type { Analyzer } from "./analyzer.ts";
import type { Explanation } from "../report/explanation.ts";
import type { AnalyzeOptions } from "../lrp.ts";
import { outputOf, startAt } from "../run/target.ts";
import { inputGradient } from "./backward-methods.ts";
import { normals } from "./normals.ts";

/** `x ⊙ ∂y/∂x` (Shrikumar et al. 2016): LRP-0 on networks of rectifiers without biases. */
export function inputXGradient(model: Model): Analyzer {
  const gradient = inputGradient(model);
  return {
    analyze: (input, options) => {
      const explanation = gradient.analyze(input, options);
      return withRelevance(explanation, elementwise(input, (x, i) => x * explanation.relevance.data[i]!));
    },
  };
}

/** Where on the path the gradient is taken: at the end, the middle or the beginning of each of the equal steps. */
export type Quadrature = "right" | "midpoint" | "left";

/** What `integratedGradients` may be given. */
export interface IntegratedOptions {
  /** 50 by default. */
  readonly steps?: number;
  /** Where the path starts: an input, or one number for all of it; 0 by default. */
  readonly baseline?: Tensor | number;
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
  analyze(input: Tensor, options?: AnalyzeOptions): IntegratedExplanation;
}

const OFFSETS: Readonly<Record<Quadrature, number>> = { right: 1, midpoint: 0.5, left: 0 };

/**
 * `(x − x₀) ⊙ ∫ ∂y/∂x(x₀ + α (x − x₀)) dα` as a sum over equal steps (Sundararajan et al. 2017). The relevance adds up
 * to `y(x) − y(x₀)` but for what the steps miss; the target is chosen at `x` itself.
 */
export function integratedGradients(model: Model, options: IntegratedOptions = {}): IntegratedGradients {
  const { steps = 50, baseline = 0, quadrature = "midpoint" } = options;
  checkCount("integratedGradients", "steps", steps);
  const gradient = inputGradient(model);
  return {
    analyze: (input, analysis = {}) => {
      const from = typeof baseline === "number" ? elementwise(input, () => baseline) : baseline;
      if (from.size !== input.size) {
        throw new RangeError(`integratedGradients: takes a baseline of ${input.size} elements, got ${from.size}`);
      }
      const { explanation, fixed } = chosenOnce(model, gradient, input, analysis);
      const points = Array.from({ length: steps }, (_, k) => {
        const alpha = (k + OFFSETS[quadrature]) / steps;
        return elementwise(input, (x, i) => from.data[i]! + alpha * (x - from.data[i]!));
      });
      const mean = meanGradient(gradient, points, fixed);
      const relevance = elementwise(input, (x, i) => (x - from.data[i]!) * mean[i]!);
      const before = gradient.analyze(elementwise(input, (_, i) => from.data[i]!), fixed).output;
      const samples = input.shape[0] ?? 1;
      const [scores, scoresBefore] = [explanation.output, before].map(
        (y) => samplesOf(multiply(y, fixed.target), samples).map(sum),
      );
      const delta = samplesOf(relevance, samples).map(sum).map((total, n) => total - (scores![n]! - scoresBefore![n]!));
      return Object.assign(withRelevance(explanation, relevance), { delta });
    },
  };
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

/** The gradient averaged over noisy copies of the input (Smilkov et al. 2017); the target is chosen without noise. */
export function smoothGrad(model: Model, options: SmoothOptions = {}): Analyzer {
  const { samples = 50, noise = 0.1, seed = 1 } = options;
  checkCount("smoothGrad", "samples", samples);
  if (!(noise >= 0)) throw new RangeError(`smoothGrad: takes noise >= 0, got ${noise}`);
  const gradient = inputGradient(model);
  return {
    analyze: (input, analysis = {}) => {
      const { explanation, fixed } = chosenOnce(model, gradient, input, analysis);
      const parts = samplesOf(input, input.shape[0] ?? 1);
      const size = parts[0]?.size ?? 0;
      const deviations = parts.map((part) => noise * rangeOf(part));
      const draw = normals(seed);
      // Every sample meets the same noise, so that a batch gets what each sample gets alone.
      const points = Array.from({ length: samples }, () => {
        const noises = Float64Array.from({ length: size }, draw);
        return elementwise(input, (x, i) => x + deviations[Math.floor(i / size)]! * noises[i % size]!);
      });
      const mean = meanGradient(gradient, points, fixed);
      return withRelevance(explanation, elementwise(input, (_, i) => mean[i]!));
    },
  };
}

/** The explanation at the input itself, and options that explain the very same outputs at other inputs. */
function chosenOnce(
  model: Model, gradient: Analyzer, input: Tensor, analysis: AnalyzeOptions,
): { readonly explanation: Explanation; readonly fixed: AnalyzeOptions & { readonly target: Tensor } } {
  const explanation = gradient.analyze(input, analysis);
  const { layers: _, target = "max", start, ...rest } = analysis;
  const layout = model.layout(outputOf(model, analysis.output));
  return { explanation, fixed: { ...rest, target: startAt(explanation.output, target, start, layout).relevance } };
}

function meanGradient(gradient: Analyzer, points: readonly Tensor[], options: AnalyzeOptions): Float64Array {
  const mean = new Float64Array(points[0]!.size);
  for (const point of points) {
    const { data } = gradient.analyze(point, options).relevance;
    for (let i = 0; i < mean.length; i++) mean[i]! += data[i]! / points.length;
  }
  return mean;
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

function elementwise(x: Tensor, f: (value: number, index: number) => number): Tensor {
  return new Tensor(x.shape, x.data.length === 0 ? new Float32Array() : Float32Array.from(x.data, f));
}

/** The same explanation with other relevance of the input; its report stays that of the gradient at the input. */
export function withRelevance(explanation: Explanation, relevance: Tensor): Explanation {
  const [name] = [...explanation.inputs.keys()];
  const { output, target, sources, layers, warnings, layout } = explanation;
  return {
    relevance,
    layout,
    inputs: new Map([[name!, relevance]]),
    sources,
    output,
    target,
    layers,
    warnings,
    get conservation() {
      return explanation.conservation;
    },
  };
}

function checkCount(who: string, what: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${who}: takes a whole number of ${what} >= 1, got ${count}`);
  }
}
