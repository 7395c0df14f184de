import {
  AvgPool, BatchNorm, chain, Conv, Dense, Flatten, GroupNorm, LayerNorm, MaxPool, Model, parallel, relu, RMSNorm, skip,
  Softmax, type Part,
} from "@relprop/layers";
import { ones } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  assign, at, byKind, composite, epsilon, epsilonGammaBox, epsilonPlus, epsilonPlusFlat, everywhere, first, firstN,
  flat, layerNorm, last, LRP, named, pass, range, RuleError, where, wSquare, zBox, zero, zPlus, type Assignment,
  type Composite,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const conv = (): Conv => new Conv(randomTensor([2, 2, 3, 3]), { padding: 1 });
const dense = (): Dense => new Dense(randomTensor([2, 2]));
const norm = (): BatchNorm => new BatchNorm({ mean: ones([2]), variance: ones([2]) });

const network = chain({
  features: chain(conv(), norm(), relu, skip(chain(conv(), relu)), new MaxPool(2)),
  pool: new AvgPool(2),
  classifier: chain(new Flatten(), dense(), relu, dense()),
});
const names = [
  "features.0", "features.1", "features.2", "features.3.0.0", "features.3.0.1", "features.3.merge", "features.4",
  "pool", "classifier.0", "classifier.1", "classifier.2", "classifier.3",
];

/** The names of the nodes that get a rule by this assignment. */
function chosen(model: Model, ...parts: readonly (Assignment | Composite)[]): readonly string[] {
  const assigned = assign(model, composite(...parts));
  return assigned.filter(({ by }) => by !== undefined).map(({ node }) => node.name);
}

/** The rule's name per node. */
function rulesOf(model: Model, ...parts: readonly (Assignment | Composite)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(assign(model, composite(...parts)).map(({ node, rule }) => [node.name, rule.name]));
}

test("nodes without an assignment get what their kind asks for", () => {
  expect(network.nodes.map(({ name }) => name)).toEqual(names);
  expect(Object.values(rulesOf(network))).toEqual([
    "zero", "zero", "pass", "zero", "pass", "zero", "gradient", "zero", "gradient", "zero", "pass", "zero",
  ]);
});

describe("each primitive selects what it says", () => {
  test.each<[string, Assignment, readonly string[]]>([
    [
      "everywhere: what mixes its inputs and takes the rule", everywhere(epsilon()),
      names.filter((_, i) => ![2, 4, 6, 8, 10].includes(i)),
    ],
    [
      "everywhere with a rule for weights: what has them", everywhere(wSquare()),
      ["features.0", "features.1", "features.3.0.0", "classifier.1", "classifier.3"],
    ],
    ["byKind: kinds", byKind({ Dense: epsilon(), MaxPool: zero() }), ["features.4", "classifier.1", "classifier.3"]],
    ["byKind: roles", byKind({ activation: zero() }), ["features.2", "features.3.0.1", "classifier.2"]],
    ["at: an index", at(1, flat()), ["pool"]],
    ["at: a nested index", at([0, 3, 0, 0], flat()), ["features.3.0.0"]],
    ["at: everything below an index", at([0, 3], zero()), ["features.3.0.0", "features.3.0.1", "features.3.merge"]],
    ["range: outermost indices, both ends included", range(1, 2, zero()), names.slice(7)],
    ["firstN: outermost indices from the start", firstN(2, zero()), names.slice(0, 8)],
    ["named: a name", named("pool", flat()), ["pool"]],
    ["named: a prefix of whole parts", named("features.3", zero()), names.slice(3, 6)],
    ["named: a pattern", named("*.1", zero()), ["features.1", "features.3.0.1", "classifier.1"]],
    ["named: a regular expression", named(/^c.*[13]$/, zero()), ["classifier.1", "classifier.3"]],
    ["named: a regular expression that is global", named(/e/g, zero()), names.slice(0, 7).concat(names.slice(8))],
    ["where: a predicate", where(({ inputs }) => inputs.length === 2, zero()), ["features.3.merge"]],
    ["first: the first linear layer", first(flat()), ["features.0"]],
    ["last: the last linear layer", last(flat()), ["classifier.3"]],
    ["first with a rule per kind", first({ Conv: flat(), Dense: zero() }), ["features.0"]],
  ])("%s", (_, assignment, wanted) => {
    expect(chosen(network, assignment)).toEqual(wanted);
  });
});

test("normalisation over groups keeps its rule, unless it is named", () => {
  const model = chain(dense(), new LayerNorm([2]), new GroupNorm(1), new RMSNorm(2), norm());
  const own = { 0: "epsilon", 1: "layerNorm", 2: "layerNorm", 3: "layerNorm", 4: "epsilon" };
  expect(rulesOf(model, everywhere(epsilon()))).toEqual(own);
  expect(rulesOf(model, everywhere(epsilon()), named("1", zero()), byKind({ RMSNorm: pass() }))).toEqual(
    { ...own, 1: "zero", 3: "pass" },
  );
  expect(chosen(model, everywhere(layerNorm({ stabilizer: 0.1 })))).toEqual(["1", "2", "3"]);
  expect(rulesOf(model, named("1", pass()), epsilonPlus())["1"]).toBe("layerNorm");
});

test("the last assignment that matches wins, and composites nest", () => {
  const rules = rulesOf(network, epsilonPlusFlat(), named("classifier.1", zero()), at(1, flat()));
  expect(Object.entries(rules).filter(([name]) => !name.includes("2"))).toEqual([
    ["features.0", "flat"], ["features.1", "zero"], ["features.3.0.0", "zPlus"], ["features.3.0.1", "pass"],
    ["features.3.merge", "zero"], ["features.4", "gradient"], ["pool", "flat"], ["classifier.0", "gradient"],
    ["classifier.1", "zero"], ["classifier.3", "epsilon"],
  ]);
  expect(rulesOf(network, at(1, flat()), everywhere(zero()))["pool"]).toBe("zero");
  expect(rulesOf(network, everywhere(zero()), at(1, flat()))["pool"]).toBe("flat");
});

describe("first and last follow the flow of data", () => {
  const one = (part: Part): Model => chain(part);
  test.each<[string, Model, readonly string[], readonly string[]]>([
    ["through nested chains", chain(chain(relu, chain(dense()), relu), chain(chain(dense()))), ["0.1.0"], ["1.0.0"]],
    ["into every branch", parallel([dense(), chain(relu, dense()), chain()]), ["0", "1.1"], ["0", "1.1"]],
    ["past branches without a weight", chain(parallel([relu, chain()]), dense(), relu), ["1"], ["1"]],
    ["around a skip connection", chain(skip(dense()), dense()), ["0.0"], ["1"]],
    ["along each branch", parallel([dense(), chain(dense(), dense())]), ["0", "1.0"], ["0", "1.1"]],
    ["in one layer", one(dense()), ["0"], ["0"]],
  ])("%s", (_, model, firstNames, lastNames) => {
    expect(chosen(model, first(zero()))).toEqual(firstNames);
    expect(chosen(model, last(zero()))).toEqual(lastNames);
  });

  test("of every input and output", () => {
    const model = new Model({
      inputs: [{ name: "a" }, { name: "b" }],
      nodes: [
        { name: "left", layer: dense(), inputs: ["a"], index: [0] },
        { name: "right", layer: dense(), inputs: ["b"], index: [1] },
        { name: "low", layer: dense(), inputs: ["left"], index: [2] },
      ],
      outputs: ["low", "right"],
    });
    expect(chosen(model, first(zero()))).toEqual(["left", "right"]);
    expect(chosen(model, last(zero()))).toEqual(["right", "low"]);
  });
});

describe("assignments that cannot be meant are refused", () => {
  const listed = names.map((name) => `${name} (`);

  test.each<[string, Assignment, string]>([
    ["an index", at([0, 7], zero()), "zero for index 0.7 matches none of 0.0 features.0 (Conv), 0.1 features.1 ("],
    ["a range", range(5, 9, flat()), "flat for range 5 to 9 matches none of"],
    ["a name", named("feature", flat()), "flat for name feature matches none of"],
    ["an expression", named(/x/, flat()), "flat for name /x/ matches none of"],
    ["a kind", byKind({ Cnv: zPlus() }), "{ Cnv } for everywhere matches none of"],
    ["a predicate", where(() => false, flat()), "flat for predicate matches none of"],
    ["a first layer of another kind", first({ Dense: flat() }), "{ Dense } for first matches none of"],
  ])("%s that matches nothing, with what there is", (_, assignment, message) => {
    expect(() => chosen(network, assignment)).toThrow(RangeError);
    expect(() => chosen(network, assignment)).toThrow(`composite: takes assignments that match a node, but ${message}`);
    for (const name of listed) expect(() => chosen(network, assignment)).toThrow(name);
  });

  test("unless the assignment says that it may", () => {
    expect(chosen(network, { ...byKind({ Cnv: zPlus() }), optional: true })).toEqual([]);
    expect(chosen(chain(relu), epsilonGammaBox())).toEqual(["0"]);
  });

  test.each<[string, Assignment, string]>([
    ["its name", named("pool", wSquare()), 'wSquare: does not apply to node "pool" (AvgPool), which has no weight'],
    ["its index", at([0, 4], zPlus()), 'zPlus: does not apply to node "features.4" (MaxPool)'],
    ["its kind", byKind({ Conv: zPlus(), MaxPool: zPlus() }), 'zPlus: does not apply to node "features.4" (MaxPool)'],
    ["its place", first(layerNorm()), 'layerNorm: does not apply to node "features.0" (Conv)'],
  ])("a rule for a node that cannot take it, named by %s", (_, assignment, message) => {
    expect(() => chosen(network, assignment)).toThrow(RuleError);
    expect(() => chosen(network, assignment)).toThrow(message);
  });

  test("a rule for many nodes skips those that cannot take it", () => {
    expect(chosen(network, named("features", zPlus()))).toEqual(
      ["features.0", "features.1", "features.3.0.0", "features.3.merge"],
    );
    expect(chosen(network, range(1, 2, zPlus()))).toEqual(["pool", "classifier.1", "classifier.3"]);
  });
});

describe("a list of rules", () => {
  test("is one per node", () => {
    const lrp = new LRP(chain(dense(), relu, dense()), [zPlus(), pass(), epsilon()]);
    expect(lrp.rules.rows.map(({ rule, by }) => [rule.name, by])).toEqual([
      ["zPlus", undefined], ["pass", undefined], ["epsilon", undefined],
    ]);
  });

  test("of another length, or with a rule that does not apply, is refused", () => {
    expect(() => new LRP(chain(dense(), relu), [zero()])).toThrow("LRP: takes one rule per node, 2 in all, got 1");
    const refused = "zPlus: does not apply to Relu, which has no weight to substitute";
    expect(() => new LRP(chain(dense(), relu), [zero(), zPlus()])).toThrow(refused);
    expect(() => new LRP(chain(dense(), relu), [zero(), zPlus()], { unplanned: true })).toThrow(refused);
  });
});

describe("presets", () => {
  test("fit any network, and choose by kind", () => {
    const odd = chain(new Softmax(), relu, dense());
    expect(rulesOf(odd, epsilonPlusFlat())).toEqual({ 0: "taylor", 1: "pass", 2: "flat" });
    expect(rulesOf(network, epsilonGammaBox())).toMatchObject({
      "features.0": "zBox", "features.3.0.0": "generalizedGamma", "classifier.1": "epsilon",
    });
    expect(rulesOf(network, epsilonGammaBox({ positiveInputs: true }))["features.3.0.0"]).toBe("gamma");
    expect(rulesOf(network, epsilonPlus())["features.0"]).toBe("zPlus");
  });

  test("take other first layers, stabilisers and bounds", () => {
    const denseFirst = chain(dense(), relu, dense());
    expect(rulesOf(denseFirst, epsilonPlusFlat())["0"]).toBe("flat");
    expect(rulesOf(denseFirst, epsilonPlusFlat({ firstLayer: ["Conv"] }))["0"]).toBe("epsilon");
    expect(rulesOf(denseFirst, epsilonGammaBox())["0"]).toBe("epsilon");
    expect(rulesOf(denseFirst, epsilonGammaBox({ firstLayer: ["Dense"] }))["0"]).toBe("zBox");
    const [row] = assign(denseFirst, epsilonPlus({ epsilon: 0.5 }));
    expect(row!.rule.options).toMatchObject({ epsilon: 0.5 });
    const [box] = assign(network, epsilonGammaBox({ low: [-1, -2], high: 4 }));
    expect(box!.rule.options).toEqual({ low: [-1, -2], high: 4 });
  });
});

test("the table of rules says which assignment chose each, in colour if wanted", () => {
  const lrp = new LRP(
    chain({ a: dense(), b: relu, c: chain(dense()) }),
    composite(
      byKind({ Dense: epsilon(0.25), activation: pass() }), named("c", zBox([-1, 0], 2)), first({ Dense: flat() }),
    ),
  );
  expect(lrp.rules.toString()).toBe([
    "  0  a    Dense  flat                      first, kind Dense",
    "  1  b    Relu   pass                      role activation",
    "2.0  c.0  Dense  zBox(low [-1,0], high 2)  name c",
  ].join("\n"));
  const colored = lrp.rules.format({ color: true });
  expect(colored).toContain("\u001b[33mflat");
  expect(colored.replaceAll(/\u001b\[\d+m/g, "")).toBe(lrp.rules.toString());
});
