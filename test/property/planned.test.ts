/** What the planner rewrites is what the interpreter computes, on any network. */
import type { Node } from "@relprop/layers";
import {
  alphaBeta, composite, epsilon, everywhere, flat, gamma, generalizedGamma, LRP, norm, where, wSquare, zBox, zero,
  zPlus, type Assignment, type BiasMode, type QuotientRule,
} from "@relprop/lrp";
import { relativeError } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { graphs } from "./random-graph.ts";
import { steadyKinds as kinds } from "./steady-kinds.ts";

const KEYS = ["in", "out", "bias", "stabilizer", "dead"] as const;
const rules: readonly ((bias: BiasMode) => QuotientRule)[] = [
  (bias) => zero({ bias, stabilizer: 0.1 }),
  (bias) => epsilon({ epsilon: 0.2, relativeTo: "sample" }, { bias }),
  (bias) => norm({ bias, stabilizer: 0.1 }),
  (bias) => gamma(0.5, { bias, stabilizer: 0.1 }),
  (bias) => generalizedGamma(0.5, { bias, stabilizer: 0.1 }),
  (bias) => alphaBeta(2, 1, { bias, stabilizer: 0.01 }),
  (bias) => zPlus({ bias, stabilizer: 0.01 }),
  (bias) => wSquare({ bias, squaredBias: true }),
  (bias) => flat({ bias }),
  (bias) => zBox(-4, 4, { bias, stabilizer: 0.01 }),
];
const modes = fc.constantFrom<BiasMode>("absorbed", "ignored", "redistributed");
const three = fc.array(fc.tuple(fc.nat(rules.length - 1), modes), { minLength: 3, maxLength: 3 });

test("planned is as interpreted, whichever rules the nodes have", () => {
  // Preconditions: stabilisers, and layers without poles of their own.
  fc.assert(fc.property(graphs({ kinds }), three, ({ model, input }, chosen) => {
    const own = chosen.map(([which, bias], i): Assignment => {
      const rule = rules[which]!(bias);
      const takes = ({ index: [n], layer }: Node): boolean => n! % 3 === i && rule.refusal(layer) === undefined;
      return { ...where(takes, rule), optional: true };
    });
    const everything = composite(everywhere(epsilon(0.2)), own);
    const [planned, interpreted] = [false, true].map(
      (unplanned) => new LRP(model, everything, { unplanned }).analyze(input, { target: 0 }),
    );
    // Measured: 1e-6.
    expect(relativeError(planned!.relevance.data, interpreted!.relevance.data)).toBeLessThan(1e-5);
    expect(planned!.conservation.rows.map(({ node }) => node)).toEqual(
      interpreted!.conservation.rows.map(({ node }) => node),
    );
    const scale = Math.max(...interpreted!.conservation.rows.flatMap((row) => KEYS.map((key) => Math.abs(row[key]))));
    planned!.conservation.rows.forEach((row, i) => {
      const twin = interpreted!.conservation.rows[i]!;
      for (const key of KEYS) expect(Math.abs(row[key] - twin[key])).toBeLessThanOrEqual(1e-5 * scale);
    });
  }), { numRuns: 100 });
});
