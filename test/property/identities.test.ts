/** What is equal by mathematics is equal to rounding, on any network. */
import { chain, leakyRelu, MaxPool, relu, type AffineLayer } from "@relprop/layers";
import {
  alphaBeta, everywhere, gamma, generalizedGamma, gradient, inputXGradient, LRP, zero, zPlus, type Composite,
} from "@relprop/lrp";
import { map, relativeError, Tensor, zip } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Draw, seeds } from "./draw.ts";
import { makers } from "./layer-kinds.ts";
import { graphs, homogeneousKinds, type RandomGraph } from "./random-graph.ts";
import { stabilized } from "./stabilized.ts";

/** The relative error of relevance, or 0 where both are all but nothing. */
function error(got: Tensor, want: Tensor): number {
  expect(got.shape).toEqual(want.shape);
  const largest = want.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest < 1e-12 ? Math.max(0, ...got.data.map(Math.abs)) : relativeError(got.data, want.data);
}

function relevance({ model, input }: RandomGraph, rules: Composite, target: number | Tensor = 0): Tensor {
  return new LRP(model, rules).analyze(input, { target }).relevance;
}

describe.each(Object.entries(stabilized))("%s", (_, rules) => {
  test("a batch gets what each sample gets alone", () => {
    fc.assert(fc.property(graphs(), ({ model, input }) => {
      const lrp = new LRP(model, rules());
      const together = lrp.analyze(input, { target: "max" });
      [0, 1].forEach((n) => {
        const alone = lrp.analyze(input.rows(n, n + 1), { target: [together.target![n]!] });
        expect(error(together.relevance.rows(n, n + 1), alone.relevance)).toBeLessThan(1e-5);
      });
    }), { numRuns: 8 });
  });

  test("relevance is linear in what it starts from", () => {
    fc.assert(fc.property(graphs(), (graph) => {
      const draw = new Draw(graph.seed);
      const [one, other] = [draw.tensor([2, 3]), draw.tensor([2, 3])];
      const both = zip(one, other, (a, b) => 2 * a - b);
      const parts = [one, other].map((target) => relevance(graph, rules(), target));
      const sum = zip(parts[0]!, parts[1]!, (a, b) => 2 * a - b);
      expect(error(relevance(graph, rules(), both), sum)).toBeLessThan(1e-5);
    }), { numRuns: 6 });
  });
});

test("LRP-0 is gradient × input on networks of rectifiers without biases", () => {
  // Precondition: every layer is homogeneous, y(c x) = c y(x), and nothing is added to a product; then what
  // arrives at a node is its activation times its gradient.
  const options = { steps: 8, kinds: homogeneousKinds, bias: false, activations: [relu, relu, leakyRelu(0.2)] };
  fc.assert(fc.property(graphs(options), ({ model, input }) => {
    const start = { target: 1, start: "value" } as const;
    // Without a stabiliser: a denominator of 1e-4 is rare, but would feel even the default of 1e-9.
    const ours = new LRP(model, everywhere(zero({ stabilizer: 0 }))).analyze(input, start).relevance;
    // Leaky rectifiers pass relevance on: a σ′(a) / σ(a) = 1 for either sign.
    expect(error(ours, inputXGradient(model).analyze(input, { target: 1 }).relevance)).toBeLessThan(1e-5);
  }), { numRuns: 100 });
});

test("z⁺ is αβ with α = 1 and β = 0, bit for bit", () => {
  fc.assert(fc.property(graphs(), fc.boolean(), ({ model, input }, unplanned) => {
    const [plus, one] = [zPlus(), alphaBeta(1, 0)].map(
      (rule) => new LRP(model, rule, { unplanned }).analyze(input, { target: 2 }),
    );
    expect(plus!.relevance).toEqual(one!.relevance);
    expect(plus!.conservation.totals).toEqual(one!.conservation.totals);
  }), { numRuns: 40 });
});

test("generalised γ is γ for inputs >= 0, at outputs with z > 0", () => {
  const kinds = ["Dense", "Conv", "Conv", "ConvTranspose", "Scale", "BatchNorm"] as const;
  const cases = fc.tuple(fc.constantFrom(...kinds), seeds, fc.double({ min: 0, max: 10, noNaN: true }));
  fc.assert(fc.property(cases, ([kind, seed, g]) => {
    const draw = new Draw(seed);
    const shape = [2, draw.integer(1, 4), ...Array.from({ length: draw.integer(1, 3) }, () => draw.integer(2, 4))];
    const layer = makers[kind]!(shape, draw, { bias: true, activations: [relu] }) as AffineLayer | undefined;
    if (layer === undefined) return;
    let input: Tensor;
    let z: Tensor;
    try {
      input = draw.tensor(shape, 0, 1);
      z = layer.preactivation(input);
    } catch {
      return; // an output without elements
    }
    // z² for z > 0: nothing to tell where z is nearly 0.
    const target = map(z, (value) => (value > 0 ? value * value : 0));
    for (const bias of ["absorbed", "redistributed"] as const) {
      const [one, other] = [gamma(g, { bias }), generalizedGamma(g, { bias })].map(
        (rule) => new LRP(chain(layer), rule).analyze(input, { target }).relevance,
      );
      expect(error(other!, one!)).toBeLessThan(1e-5);
    }
  }), { numRuns: 150 });
});

test("a maximum passes the same by its own way and by LRP-0, where it is not 0", () => {
  fc.assert(fc.property(seeds, (seed) => {
    const draw = new Draw(seed);
    const input = draw.tensor([2, 2, 5, 4], 0.1, 1);
    const model = chain(new MaxPool([draw.integer(1, 3), 2], { stride: draw.integer(1, 2) }));
    const target = draw.tensor(model.predict(input).shape);
    const [own, quotient] = [gradient(), zero()].map((rule) => new LRP(model, [rule]).analyze(input, { target }));
    expect(error(quotient!.relevance, own!.relevance)).toBeLessThan(1e-6);
  }), { numRuns: 30 });
});
