import { tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, at, composite, compositeFromJson, compositeToJson, epsilon, everywhere, first, flat, last, named, presets,
  product,
  quotientRule, range, where, wSquare, zBox, type Composite,
} from "@relprop/lrp";

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
  const again = compositeFromJson(JSON.parse(JSON.stringify(json)));
  expect(compositeToJson(again)).toEqual(json);
  expect(again.length).toBe(value.length);
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
      'takes another kind of value for gamma than "1"',
    ],
    [
      "two selections",
      '[{"select":{"all":true,"index":[1]},"rule":{"rule":"zero"}}]',
      "composite[0].select: takes exactly one of",
    ],
    ["a broken pattern", '[{"select":{"name":{"pattern":"("}},"rule":{"rule":"zero"}}]', "composite[0].select: "],
    [
      "a prototype",
      '[{"select":{"all":true},"rule":{"__proto__":{"rule":"zero"}}}]',
      'composite[0].rule: takes names, got "__proto__"',
    ],
    [
      "parameters out of range",
      '[{"select":{"all":true},"rule":{"rule":"alphaBeta","alpha":2,"beta":2}}]',
      "alphaBeta: takes α, β >= 0 with α − β = 1",
    ],
  ])("%s", (_, text, message) => {
    expect(() => compositeFromJson(JSON.parse(text))).toThrow(message);
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
