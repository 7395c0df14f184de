/** Passes whose values are made again part by part say what those say that keep all. */
import { createHash } from "node:crypto";
import { chain, type Model } from "@relprop/layers";
import { Arena, scalar, Tensor, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  epsilon, inParts, LRP, presets, type Assigned, type Explanation, type LRPOptions, type Rule,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";
import { graphs } from "../../../test/property/random-graph.ts";
import { branches, conv, input, views } from "./large-models.ts";

const parted: LRPOptions = { large: inParts(0) };
const bits = ({ data }: Tensor): string =>
  createHash("sha256").update(new Uint8Array(data.slice().buffer)).digest("hex");

/** All that an explanation says, in short. */
function said({ relevance, inputs, sources, layers, output, target, warnings, conservation }: Explanation): unknown {
  const all = [relevance, output, ...inputs.values(), ...sources.values(), ...layers.values()].map(bits);
  return { all, names: [...layers.keys(), ...sources.keys()], target, warnings, rows: conservation.rows };
}

const boxed = presets["epsilon-gamma-box"]();

test.each<readonly [string, Model]>([["branches", branches], ["views", views]])(
  "an explanation of %s is the same to the last bit", (_, model) => {
    for (const kernels of [scalar, simd()!]) {
      const before = useKernels(kernels);
      try {
        const layers = model.nodes.map(({ name }) => name).slice(2, 5);
        for (const composite of [presets["epsilon-plus"](), boxed] as readonly Assigned[]) {
          const targets = [0, "max", { for: 1, against: 2 }] as const;
          const [whole, parts] = [{}, parted].map((options) =>
            new LRP(model, composite, { ...options, arena: new Arena({ poison: true }) })
              .analyzeAll(input, { targets, layers }).map(said));
          expect(parts).toEqual(whole);
        }
      } finally {
        useKernels(before);
      }
    }
  },
  60_000,
);

test("so is one of a random graph, of whatever layers", () => {
  fc.assert(fc.property(graphs(), ({ model, input: given }) => {
    const [whole, parts] = [{}, parted].map((options) => said(new LRP(model, [], options).analyze(given)));
    expect(parts).toEqual(whole);
  }), { numRuns: 100 });
});

test("scratch memory holds a part of the values", () => {
  const model = chain(...Array.from({ length: 32 }, (_, i) => conv(8, i === 0 ? 3 : 8, i)));
  const peak = (options: LRPOptions): number => {
    const arena = new Arena({ capacity: 16 });
    const lrp = new LRP(model, presets["epsilon-plus"](), { ...options, arena });
    lrp.analyze(randomTensor([1, 3, 96, 96], 3), { target: 0 });
    return arena.peak;
  };
  expect(peak(parted)).toBeLessThan(0.5 * peak({}));
});

test("rules of others find what they kept, and may give what they saw", () => {
  const kept: { readonly tensor: Tensor; readonly before: string }[] = [];
  const keeping: Rule = {
    name: "keeping",
    options: {},
    refusal: () => undefined,
    propagation: () => (seen, relevance) => {
      for (const { tensor, before } of kept) expect(bits(tensor)).toBe(before);
      for (const tensor of [relevance, seen.output, ...seen.inputs]) kept.push({ tensor, before: bits(tensor) });
      return seen.inputs.map((value) => new Tensor([1, ...value.shape], value.data));
    },
  };
  const usual = epsilon(0.1);
  const model = chain(...Array.from({ length: 16 }, () => conv(8, 8, 5)));
  const rules = model.nodes.map((_, i) => (i % 3 === 0 ? keeping : usual));
  const given = randomTensor([1, 8, 96, 96], 3);
  const [whole, parts] = [{}, parted].map((options) => {
    kept.length = 0;
    const lrp = new LRP(model, rules, { ...options, arena: new Arena({ poison: true }) });
    return bits(lrp.analyze(given, { target: 0 }).relevance);
  });
  expect(parts).toBe(whole);
  expect(kept).toHaveLength(18);
});

test("a pass is taken in parts where it has more values than that", () => {
  for (const most of [NaN, -1, "2" as never]) {
    expect(() => inParts(most)).toThrow(`inParts: takes a number >= 0, got ${most}`);
  }
  expect(() => new LRP(branches, [], { large: true as never })).toThrow("LRP: takes large: inParts(), got true");
  const elements = branches.lower(input).elements;
  expect(inParts(elements)(branches, [input])).toBeUndefined();
  expect(inParts(elements - 1)(branches, [input])?.steps).toHaveLength(branches.nodes.length);
});

test("the report is made in parts as well", () => {
  const asked: string[] = [];
  const parts = inParts(0);
  const lrp = new LRP(branches, epsilon(0.1), {
    large: (model, inputs) => {
      asked.push("pass");
      return parts(model, inputs);
    },
  });
  const explanation = lrp.analyze(input);
  expect(asked).toHaveLength(1);
  expect(explanation.conservation.rows.length).toBeGreaterThan(0);
  expect(asked).toHaveLength(2);
});
