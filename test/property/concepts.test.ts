/** Concepts split relevance, and lose none of it. */
import { CRP, indexed } from "@relprop/crp";
import type { Model } from "@relprop/layers";
import { composite, epsilon, epsilonPlus, everywhere, LRP, type Composite } from "@relprop/lrp";
import fc from "fast-check";
import { expect, test } from "vitest";
import { graphs } from "./random-graph.ts";
import { steadyKinds as kinds } from "./steady-kinds.ts";

// Preconditions: stabilisers where inputs of both signs add up, and layers without a pole of their own, or what is
// added up would be rounding errors, magnified.
const rules: readonly [string, Composite][] = [
  ["ε", [everywhere(epsilon(0.25))]],
  ["ε and z⁺", composite(everywhere(epsilon(0.25)), epsilonPlus({ epsilon: 0.25 }))],
];

/** The nodes all relevance of the input runs through: nothing behind them reads what stands before them. */
function bottlenecks({ nodes }: Model): readonly string[] {
  const names = ["input", ...nodes.map(({ name }) => name)];
  return nodes.slice(0, -1).filter((_, i) => {
    const before = new Set(names.slice(0, i + 1));
    return !nodes.slice(i + 1).some(({ inputs }) => inputs.some((source) => before.has(source)));
  }).map(({ name }) => name);
}

test.each(rules)("the concepts of a node that all relevance runs through add up to the heatmap, %s", (_, rule) => {
  fc.assert(fc.property(graphs({ kinds, branching: 0.2 }), fc.nat(), ({ model, input }, pick) => {
    const nodes = bottlenecks(model);
    const node = nodes[pick % nodes.length]!;
    const lrp = new LRP(model, rule);
    const { relevance: whole } = lrp.analyze(input, { target: 2 });
    const { concepts } = new CRP(lrp, node).concepts(input, { target: 2 });
    expect(concepts.length).toBe(lrp.forward(input).value(node).shape[1]);
    const sums = whole.data.map((_, i) => concepts.reduce((sum, { relevance }) => sum + relevance.data[i]!, 0));
    const sizes = concepts.map(({ relevance }) => relevance.data.reduce((sum, value) => sum + Math.abs(value), 0));
    const scale = sizes.reduce((a, b) => a + b);
    // Measured: 1e-7.
    sums.forEach((sum, i) => expect(Math.abs(sum - whole.data[i]!)).toBeLessThanOrEqual(1e-6 * scale));
  }), { numRuns: 40 });
});

test("a concept among others is what it is alone", () => {
  fc.assert(fc.property(graphs({ kinds, branching: 0.2 }), fc.nat(), ({ model, input }, pick) => {
    const nodes = bottlenecks(model);
    const node = nodes[pick % nodes.length]!;
    const lrp = new LRP(model, rules[1]![1]);
    const { concepts } = new CRP(lrp, node).concepts(input);
    const channel = pick % concepts.length;
    const [alone] = new CRP(lrp, node, indexed(channel)).concepts(input).concepts;
    expect(concepts[channel]!.relevance.data).toEqual(alone!.relevance.data);
    expect(concepts[channel]!.atNode).toEqual(alone!.atNode);
  }), { numRuns: 40 });
});
