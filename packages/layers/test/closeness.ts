/** Comparisons that scale with what is compared, and the adjoint identity. */
import type { Layer } from "@relprop/layers";
import { add, dot, map, relativeError, type Tensor } from "@relprop/tensor";
import { expect } from "vitest";
import { randomTensor } from "./random.ts";

/** Same shape, and a relative Euclidean error below the tolerance. */
export function expectClose(got: Tensor, want: Tensor, tolerance = 1e-6): void {
  expect(got.shape).toEqual(want.shape);
  expect(relativeError(got.data, want.data)).toBeLessThan(tolerance);
}

/** The values as an array, for comparison with literals. */
export function values(x: Tensor): number[] {
  return [...x.data];
}

/** What an adjoint test may be told. */
export interface AdjointOptions {
  /** The step of the finite differences. */
  readonly step?: number;
  readonly tolerance?: number;
  readonly seed?: number;
}

/**
 * `⟨J v, s⟩ = Σᵢ ⟨vᵢ, Jᵢᵀ s⟩` for random directions v and covectors s, with J v taken by five-point differences; and
 * the output of `pullback` is that of `forward`, whose shape is `outputShape`.
 *
 * Besides the tolerance, of an order of step⁴ and relative to what is added up, the rounding of outputs and inputs to
 * floats is allowed for, divided by the step as in the differences.
 */
export function expectAdjoint(layer: Layer, inputs: readonly Tensor[], options: AdjointOptions = {}): void {
  const { step = 1 / 32, tolerance = 5e-6, seed = 7 } = options;
  const directions = inputs.map(({ shape }, i) => randomTensor(shape, seed + i));
  const along = (t: number): Tensor =>
    layer.forward(...inputs.map((x, i) => add(x, map(directions[i]!, (v) => Math.fround(t * v)))));
  const { output, back } = layer.pullback(...inputs);
  const forward = layer.forward(...inputs);
  expect(forward.shape).toEqual(layer.outputShape(...inputs.map(({ shape }) => shape)));
  expect(output.shape).toEqual(forward.shape);
  expect(values(output)).toEqual(values(forward));
  const s = randomTensor(output.shape, seed + 100);
  const [near, far] = [along(step), along(2 * step)];
  const [before, farBefore] = [along(-step), along(-2 * step)];
  const slope = map(output, (_, i) =>
    (8 * (near.data[i]! - before.data[i]!) - (far.data[i]! - farBefore.data[i]!)) / (12 * step));
  const backwards = back(s);
  expect(backwards.map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
  const [left, right] = [dot(slope, s), sumOf(backwards, (back, i) => dot(directions[i]!, back))];
  const size = absolute(slope, s) + sumOf(backwards, (back, i) => absolute(directions[i]!, back));
  const rounding =
    (2 ** -22 / step) * (absolute(output, s) + sumOf(backwards, (back, i) => absolute(inputs[i]!, back)));
  expect(Math.abs(left - right)).toBeLessThanOrEqual(tolerance * size + rounding);
}

/** `Σ |a b|` */
function absolute(a: Tensor, b: Tensor): number {
  return dot(map(a, Math.abs), map(b, Math.abs));
}

function sumOf(tensors: readonly Tensor[], f: (x: Tensor, index: number) => number): number {
  return tensors.reduce((total, x, i) => total + f(x, i), 0);
}
