/** Comparisons that scale with what is compared, and the adjoint identity. */
import type { Layer } from "@relprop/layers";
import { add, dot, map, multiply, relativeError, type Tensor } from "@relprop/tensor";
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
 * `⟨J v, s⟩ = Σᵢ ⟨vᵢ, Jᵢᵀ s⟩` for random directions v and covectors s, with J v taken by five-point differences; and the
 * output of `pullback` is that of `forward`, whose shape is `outputShape`.
 *
 * The differences have an error of order step⁴, and of rounding over step, relative to the sizes of what is multiplied.
 */
export function expectAdjoint(layer: Layer, inputs: readonly Tensor[], options: AdjointOptions = {}): void {
  const { step = 1 / 32, tolerance = 2e-5, seed = 7 } = options;
  const directions = inputs.map(({ shape }, i) => randomTensor(shape, seed + i));
  const along = (t: number): Tensor =>
    layer.forward(...inputs.map((x, i) => add(x, map(directions[i]!, (v) => Math.fround(t * v)))));
  const { output, back } = layer.pullback(...inputs);
  const forward = layer.forward(...inputs);
  expect(forward.shape).toEqual(layer.outputShape(...inputs.map(({ shape }) => shape)));
  expect(output.shape).toEqual(forward.shape);
  expect([...output.data]).toEqual([...forward.data]);
  const s = randomTensor(output.shape, seed + 100);
  const [near, far] = [along(step), along(2 * step)];
  const [before, farBefore] = [along(-step), along(-2 * step)];
  const slope = map(output, (_, i) =>
    (8 * (near.data[i]! - before.data[i]!) - (far.data[i]! - farBefore.data[i]!)) / (12 * step));
  const backwards = back(s);
  expect(backwards.map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
  const left = dot(slope, s);
  const right = backwards.reduce((total, back, i) => total + dot(directions[i]!, back), 0);
  const size = Math.sqrt(dot(multiply(slope, s), multiply(slope, s))) + Math.sqrt(
    backwards.reduce((total, back, i) => total + dot(multiply(directions[i]!, back), multiply(directions[i]!, back)), 0));
  expect(Math.abs(left - right)).toBeLessThanOrEqual(tolerance * Math.max(size, 1e-3));
}
