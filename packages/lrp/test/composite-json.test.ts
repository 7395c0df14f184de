import { chain, Conv, relu } from "@relprop/layers";
import { tensor, Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, at, composite, compositeFromJson, compositeToJson, epsilon, everywhere, first, flat, last, LRP,
  named, presets, product, quotientRule, range, ruleFactories, where, wSquare, zBox, type Assignment, type Composite,
  type Rule,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const composites: Readonly<Record<string, Composite>> = {
  ...Object.fromEntries(Object.entries(presets).map(([name, preset]) => [name, preset()])),
  "of every selection": composite(
    everywhere(epsilon({ epsilon: 0.1, clip: true, relativeTo: "sample" }, { bias: "ignored" })),
    at([2, 1], flat()), range(0, 3, alphaBeta(3, 2)), named("features.*", wSquare({ squaredBias: true })),
    named(/^layer[12]/u, zBox([-1, -2], tensor([[1, 2]]))), first({ Conv: flat() }), last(product({ share: 0 })),
  ),
};

test.each(Object.entries(composites))("%s survives JSON", (_, value) => {
  const json = compositeToJson(value);
  const again = compositeFromJson(JSON.parse(JSON.stringify(json)), {}, { patterns: true });
  expect(compositeToJson(again)).toEqual(json);
  expect(again.length).toBe(value.length);
});

test("a prototype in JSON changes nobody's prototype", () => {
  const text = '[{"select":{"all":true},"rule":{"rule":"zero","__proto__":{"polluted":true}}}]';
  expect(() => compositeFromJson(JSON.parse(text))).toThrow('got "__proto__"');
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  for (const name of ["constructor", "toString", "__proto__"]) {
    const json = [{ select: { all: true }, rule: { rule: name } }];
    expect(() => compositeFromJson(json)).toThrow("takes a rule among zero, ");
  }
});

const amount = fc.double({ min: 0, max: 8, noNaN: true });
const stabilizers = fc.oneof(
  amount,
  fc.record(
    { epsilon: amount, clip: fc.boolean(), relativeTo: fc.constantFrom("sample", [1], [-1, 0]) },
    { requiredKeys: ["epsilon"] },
  ),
);
const bounds = (low: number): fc.Arbitrary<unknown> => {
  const value = fc.double({ min: low, max: low + 1, noNaN: true });
  return fc.oneof(value, fc.tuple(value, value), value.map((v) => new Tensor([1, 2, 1, 1], Float32Array.of(v, low))));
};
const options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  stabilizer: stabilizers, epsilon: stabilizers, gamma: amount, low: bounds(-2), high: bounds(1),
  bias: fc.constantFrom("absorbed", "ignored", "redistributed"), squaredBias: fc.boolean(),
  gates: fc.constantFrom("signal", "half"), share: fc.constantFrom("equal", 0, 1),
  attention: fc.constantFrom("half", "value"),
  beta: amount.map((x) => x + 0.5),
};

/** Rules with any of their options. */
const rules: fc.Arbitrary<Rule> = fc.constantFrom(...Object.entries(ruleFactories)).chain(([name, { takes, make }]) => {
  if (name === "alphaBeta") return amount.map((beta) => make({ alpha: 1 + beta, beta }));
  // Recurrent layers share one number at a time, and take no statistics.
  const own = name === "recurrent" ? { ...options, epsilon: amount, stabilizer: amount } : options;
  const model = Object.fromEntries(takes.map((key) => [key, own[key]!]));
  return fc.record(model, { requiredKeys: name === "zBox" ? ["low", "high"] : [] }).map(make);
});

const choices = fc.oneof(rules, fc.dictionary(fc.string({ minLength: 1 }).filter((key) => key !== "__proto__"), rules));
const indices = fc.array(fc.nat(9), { minLength: 1, maxLength: 3 });
const assignments: fc.Arbitrary<Assignment> = fc.tuple(choices, indices, fc.string()).chain(([choice, index, name]) =>
  fc.constantFrom(
    everywhere(choice), { ...everywhere(choice), optional: true }, at(index, choice), range(index[0]!, 9, choice),
    named(name, choice), named(/^conv\d+$/iu, choice), first(choice), last(choice),
  ));

test("any composite means the same after it was written down and read again", () => {
  fc.assert(fc.property(fc.array(assignments, { maxLength: 4 }), (value) => {
    const json: unknown = JSON.parse(JSON.stringify(compositeToJson(value)));
    const again = compositeFromJson(json, {}, { patterns: true });
    expect(compositeToJson(again)).toEqual(json);
    expect(again.map(({ select, optional }) => ({ select, optional }))).toEqual(
      value.map(({ select, optional }) => ({ select, optional })),
    );
  }), { numRuns: 200 });
});

test("any rule does the same after it was written down and read again", () => {
  const model = chain(new Conv(randomTensor([2, 2, 3, 3]), { bias: randomTensor([2], 2), padding: 1 }), relu);
  const input = randomTensor([2, 2, 3, 3], 3);
  fc.assert(fc.property(rules, (rule) => {
    const node = [0, 1].find((i) => rule.refusal(model.nodes[i]!.layer) === undefined);
    if (node === undefined) return; // for products and normalisation
    const value = [at(node, rule)];
    const again = compositeFromJson(JSON.parse(JSON.stringify(compositeToJson(value))));
    const [want, got] = [value, again].map((rules) => new LRP(model, rules).analyze(input).relevance.data);
    expect(got).toEqual(want);
  }), { numRuns: 200 });
});

describe("what is no composite is refused with its place", () => {
  test.each([
    ["text", '"zero"', "composite: takes a list"],
    [
      "an unknown rule",
      '[{"select":{"all":true},"rule":{"rule":"magic"}}]',
      "composite[0].rule: takes a rule among zero, epsilon, ",
    ],
    [
      "an unknown option",
      '[{"select":{"all":true},"rule":{"rule":"gamma","g":1}}]',
      'composite[0].rule: gamma takes gamma, stabilizer, bias, got "g"',
    ],
    [
      "an option of another kind",
      '[{"select":{"all":true},"rule":{"rule":"gamma","gamma":"1"}}]',
      'takes another kind of value for gamma, got "1"',
    ],
    [
      "two selections",
      '[{"select":{"all":true,"index":[1]},"rule":{"rule":"zero"}}]',
      "composite[0].select: takes exactly one of",
    ],
    [
      "a regular expression, which can take for ever",
      '[{"select":{"name":{"pattern":"^(a+)+$"}},"rule":{"rule":"zero"}}]',
      "composite[0].select.name: takes a name, in which * stands for anything, got a regular expression",
    ],
    [
      "a prototype",
      '[{"select":{"all":true},"rule":{"__proto__":{"rule":"zero"}}}]',
      'composite[0].rule: takes names, got "__proto__"',
    ],
    [
      "parameters out of range",
      '[{"select":{"all":true},"rule":{"rule":"alphaBeta","alpha":2,"beta":2}}]',
      "composite[0].rule: alphaBeta: takes α, β >= 0 with α − β = 1",
    ],
    [
      "a bound that is none",
      '[{"select":{"all":true},"rule":{"Conv":{"rule":"zBox","low":{},"high":3}}}]',
      "composite[0].rule.Conv: rule: takes another kind of value for low, got an object",
    ],
    ["a box without bounds", '[{"select":{"all":true},"rule":{"rule":"zBox"}}]', "zBox: takes the bounds of inputs"],
    [
      "a stabiliser over no axes",
      '[{"select":{"all":true},"rule":{"rule":"zero","stabilizer":{"epsilon":1,"relativeTo":"batch"}}}]',
      "takes another kind of value for stabilizer",
    ],
    [
      "a tensor of something else",
      '[{"select":{"all":true},"rule":{"rule":"zBox","low":0,"high":{"tensor":["1"],"shape":[1]}}}]',
      "composite[0].rule: tensor: takes a list of numbers",
    ],
    [
      "a predicate",
      '[{"select":{"where":"true"},"rule":{"rule":"zero"}}]',
      'composite[0].select: takes all, index, range, first, last, name, got "where"',
    ],
    ["a rule that is a list", '[{"select":{"all":true},"rule":[]}]', "rule: takes an object, got a list of 0"],
  ])("%s", (_, text, message) => {
    expect(() => compositeFromJson(JSON.parse(text))).toThrow(message);
  });

  test.each(["epsilon", "low", "stabilizer", "relativeTo"])("%s that is nested deeper than any stack", (name) => {
    const value = `${"[".repeat(40_000)}${"]".repeat(40_000)}`;
    const options: Readonly<Record<string, string>> = {
      epsilon: `"epsilon","epsilon":${value}`, low: `"zBox","low":${value}`, stabilizer: `"zero","stabilizer":${value}`,
      relativeTo: `"zero","stabilizer":{"epsilon":1,"relativeTo":${value}}`,
    };
    const json: unknown = JSON.parse(`[{"select":{"all":true},"rule":{"rule":${options[name]!}}}]`);
    expect(() => compositeFromJson(json)).toThrow(/takes another kind of value for \w+, got (a list|an object)$/);
  });

  test("a broken pattern, where patterns are taken", () => {
    const json = [{ select: { name: { pattern: "(" } }, rule: { rule: "zero" } }];
    expect(() => compositeFromJson(json, {}, { patterns: true })).toThrow("composite[0].select: Invalid regular");
  });

  test("a predicate cannot be written down", () => {
    expect(() => compositeToJson([where(() => true, flat())])).toThrow(
      "takes selections that are data, got a predicate",
    );
  });
});

test("rules of one's own are known by name", () => {
  const own = {
    takes: ["gain"],
    make: ({ gain }: Readonly<Record<string, unknown>>) => quotientRule(
      "own", [{ terms: [{ weight: (w) => w + Number(gain) }] }],
    ),
  };
  const [assignment] = compositeFromJson([{ select: { all: true }, rule: { rule: "own", gain: 2 } }], { own });
  expect(assignment!.rule["name"]).toBe("own");
});

test("what is no composite is named in a few letters, however deep or long it is", () => {
  const deep = JSON.parse("[".repeat(200_000) + "]".repeat(200_000)) as unknown;
  expect(() => compositeFromJson(deep)).toThrow(new TypeError("composite[0]: takes an object, got a list of 1"));
  expect(() => compositeFromJson({ rules: deep })).toThrow("composite: takes a list, got an object of 1 keys");
  expect(() => compositeFromJson("x".repeat(1e6))).toThrow(/^composite: takes a list, got "x{79}…$/);
});
