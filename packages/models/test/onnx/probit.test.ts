import { expect, test } from "vitest";
import { probit } from "../../src/onnx/operators/tabular/probit.ts";

test.each([
  [0.5, 0, 1e-7], [0.9772499, 2, 5e-3], [0.0227501, -2, 5e-3], [0.8413447, 1, 5e-3], [0.2, -0.8417559, 1e-6],
])("probit: %d of a normal distribution lies below %d", (share, want, within) => {
  expect(Math.abs(probit.apply(share) - want)).toBeLessThan(within);
});

test.each([0.02, 0.3, 0.5, 0.500001, 0.6, 0.95])("the slope of probit at %d is that of its values", (z) => {
  const step = 1e-3;
  const difference = (probit.apply(z + step) - probit.apply(z - step)) / (2 * step);
  expect(probit.slope(z) / difference).toBeCloseTo(1, 2);
});
