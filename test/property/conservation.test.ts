/** At every node of any network, with every rule: what came in went out, or the books say what kept it. */
import type { Layer } from "@relprop/layers";
import { LRP } from "@relprop/lrp";
import { sum, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphs } from "./random-graph.ts";
import { stabilized } from "./stabilized.ts";

/** Layers of which nothing says that what they pass on is what they got: nonlinear ones without a rule, borders. */
function mayKeep({ kind, role }: Layer): boolean {
  return role === "other" || kind === "LocalResponseNorm" || kind === "Pad";
}

function absolute({ data }: Tensor): number {
  return data.reduce((total, value) => total + Math.abs(value), 0);
}

/** Checks the report of one analysis, row by row and as a whole. */
function checkBooks(lrp: LRP, input: Tensor, target: number): void {
  const { nodes } = lrp.model;
  const explanation = lrp.analyze(input, { target, layers: nodes.map(({ name }) => name) });
  const { conservation, layers, inputs } = explanation;
  const sizes = new Map([...inputs, ...layers].map(([name, relevance]) => [name, absolute(relevance)]));
  const everything = [...sizes.values()].reduce((a, b) => a + b);
  for (const row of conservation.rows) {
    const { layer, inputs: sources } = lrp.model.node(row.node);
    const size = sources.reduce((total, name) => total + sizes.get(name)!, sizes.get(row.node)!);
    const scale = size + Math.abs(row.bias) + Math.abs(row.stabilizer) + Math.abs(row.dead);
    expect(Math.abs(row.in - sum(layers.get(row.node)!))).toBeLessThanOrEqual(1e-6 * scale);
    if (!mayKeep(layer as Layer)) expect(Math.abs(row.other), row.node).toBeLessThanOrEqual(1e-6 * scale);
  }
  const { bias, stabilizer, dead, other } = conservation.totals;
  const accounted = conservation.arrived + bias + stabilizer + dead + other;
  expect(Math.abs(conservation.started - accounted)).toBeLessThanOrEqual(1e-6 * everything);
  expect(conservation.warnings).toEqual([]);
}

describe.each(Object.entries(stabilized))("%s", (_, rule) => {
  test.each(["absorbed", "ignored", "redistributed"] as const)("what comes in is accounted for, bias %s", (bias) => {
    fc.assert(fc.property(graphs({ steps: 7 }), fc.boolean(), ({ model, input }, unplanned) => {
      checkBooks(new LRP(model, rule({ bias }), { unplanned }), input, 1);
    }), { numRuns: 12 });
  });
});
