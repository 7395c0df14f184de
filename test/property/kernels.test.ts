/** The kernels in use decide how fast an explanation is, not what it says. */
import {
  composite, epsilon, epsilonAlpha2Beta1Flat, epsilonGammaBox, everywhere, LRP, type Composite, type Explanation,
} from "@relprop/lrp";
import { relativeError, scalar, useKernels, type Kernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { graphs, type RandomGraph } from "./random-graph.ts";
import { steadyKinds as kinds } from "./steady-kinds.ts";

// Preconditions: a stabiliser wherever inputs of both signs add up, and layers without a pole of their own; at a pole,
// the last bits are all there is to compare.
const stabilized = everywhere(epsilon(0.25));

const initial = useKernels(scalar);
useKernels(initial);
afterEach(() => void useKernels(initial));

function analyze(kernels: Kernels, { model, input }: RandomGraph, rules: Composite): Explanation {
  useKernels(kernels);
  return new LRP(model, rules).analyze(input, { target: 1, start: "value" });
}

test.each<[string, Composite]>([
  ["ε", [stabilized]],
  ["αβ and flat", composite(stabilized, epsilonAlpha2Beta1Flat({ epsilon: 0.25 }))],
  ["generalised γ and z^B", composite(stabilized, epsilonGammaBox({ epsilon: 0.25 }))],
])("scalar and SIMD kernels agree, %s", (_, rules) => {
  const fast = simd();
  expect(fast?.name).toBe("simd");
  fc.assert(fc.property(graphs({ kinds }), (graph) => {
    const [plain, quick] = [scalar, fast!].map((kernels) => analyze(kernels, graph, rules));
    // Measured: 2e-7 and 3e-6; one adds in double precision, the other in single.
    expect(relativeError(quick!.output.data, plain!.output.data)).toBeLessThan(1e-6);
    expect(relativeError(quick!.relevance.data, plain!.relevance.data)).toBeLessThan(2e-5);
  }), { numRuns: 40 });
});
