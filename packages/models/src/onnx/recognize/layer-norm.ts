/** Layer normalisation that exporters write as arithmetic. */
import { GlobalAvgPool, LayerNorm, Multiply, ReduceMean, Subtract, type Layer } from "@relprop/layers";
import type { Flow } from "../value.ts";
import { isPowerOf, near, quotient, scalarLine, through } from "./pattern.ts";

/** `center / √(mean(center²) + ε)` with `center = x − mean(x)`, the means taken over the last axes. */
export function recognizeLayerNorm(flow: Flow): { readonly layer: Layer; readonly x: Flow } | undefined {
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
