/** The analyzer: targets, several at once, kept forward passes, hidden nodes, memory. */
import {
  Add, AvgPool, BatchNorm, chain, Concat, Conv, Dense, Flatten, GlobalAvgPool, LayerNorm, MaxPool,
  Model, Multiply, parallel, relu, sigmoid, skip,
} from "@relprop/layers";
import { Arena, keep, scope, sum, tensor, Tensor, zeros } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  alphaBeta, composite, epsilon, epsilonPlusFlat, everywhere, flat, generalizedGamma, LRP, named, startAt, wSquare,
  zBox, zero, zPlus, type Assigned, type Target,
} from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const bias = (n: number): { bias: Tensor } => ({ bias: randomTensor([n], n, -0.2, 0.2) });
const positive = (...shape: number[]): Tensor => randomTensor(shape, 8, 0.5, 1.5);

/** Branches, a skip connection, normalisations, pools, a gate: every way through the graph. */
const network = chain({
  stem: new Conv(randomTensor([4, 2, 3, 3]), { ...bias(4), padding: 1, activation: relu }),
  norm: new BatchNorm({
    mean: randomTensor([4], 3), variance: positive(4), gamma: positive(4), beta: randomTensor([4]),
  }),
  block: skip(chain(new Conv(randomTensor([4, 4, 3, 3], 2), { ...bias(4), padding: 1 }), relu)),
  mixed: parallel({ max: new MaxPool(2), mean: new AvgPool(2) }, new Concat()),
  gate: parallel([chain(), chain(new Conv(randomTensor([8, 8, 1, 1], 4)), sigmoid)], new Multiply()),
  layer: new LayerNorm([8, 2, 2], { weight: positive(8, 2, 2), bias: randomTensor([8, 2, 2]) }),
  head: chain(new GlobalAvgPool({ keepDims: false }), new Dense(randomTensor([3, 8]), bias(3))),
});
const input = randomTensor([2, 2, 4, 4], 9);
const composites: Readonly<Record<string, Assigned>> = {
  nothing: [],
  epsilonPlusFlat: epsilonPlusFlat(),
  alphaBeta: everywhere(alphaBeta()),
  generalizedGamma: composite(everywhere(generalizedGamma(1, { bias: "ignored" })), named("stem", zBox(-1, 1))),
  redistributed: composite(everywhere(zPlus({ bias: "redistributed" })), named("stem", wSquare())),
};

test("a target or a start that does not exist is refused, from callers without types too", () => {
  const lrp = new LRP(chain(new Dense(tensor([[1], [2]]))));
  const explain = (target: unknown, start: unknown = "one") => () =>
    lrp.analyze(tensor([[1]]), { target: target as Target, start: start as "one" });
  for (const target of ["min", "four", "", null, true, {}, { at: 1 }, { sum: 1 }, { for: 1 }]) {
    expect(explain(target)).toThrow(/^target: takes "max", a number, a list of numbers, \{ at \}, .*, got /);
  }
  expect(explain("four")).toThrow("or a tensor, got four");
  expect(explain({ sum: ["four"] })).toThrow("or a tensor, got four");
  for (const target of [1.5, NaN, -1, [0.5], { at: ["0"] }]) expect(explain(target)).toThrow("takes a position within");
  expect(explain("max", "two")).toThrow('analyze: takes "one" or "value" as start, got "two"');
});

describe("targets", () => {
  const output = tensor([[1, 5, 2], [7, 0, 7]]);
  const maps = randomTensor([2, 3, 2, 2]);

  test.each<[string, Target, readonly number[], readonly number[] | undefined]>([
    ["the largest, the first of equals", "max", [0, 1, 0, 1, 0, 0], [1, 0]],
    ["one output", 2, [0, 0, 1, 0, 0, 1], [2, 2]],
    ["one per sample", [0, 1], [1, 0, 0, 0, 1, 0], [0, 1]],
    ["a position", { at: [1] }, [0, 1, 0, 0, 1, 0], [1, 1]],
    ["everything", { at: [] }, [1, 1, 1, 1, 1, 1], [0, 0]],
    ["a contrast", { for: 1, against: "max" }, [0, 0, 0, -1, 1, 0], undefined],
    ["a sum", { sum: [0, 0, [1, 2]] }, [2, 1, 0, 2, 0, 1], undefined],
    ["any relevance", tensor([[1, 2, 3], [4, 5, 6]]), [1, 2, 3, 4, 5, 6], undefined],
  ])("%s", (_, target, relevance, chosen) => {
    const start = startAt(output, target);
    expect([...start.relevance.data]).toEqual(relevance.map((r) => r + 0));
    expect(start.chosen).toEqual(chosen);
  });

  test("start from 1, or from the value the output has", () => {
    expect([...startAt(output, "max", "value").relevance.data]).toEqual([0, 5, 0, 7, 0, 0]);
    expect([...startAt(output, { for: 1, against: 0 }, "value").relevance.data]).toEqual([-1, 5, 0, -7, 0, 0]);
    const [once, scaled] = (["one", "value"] as const).map(
      (start) => new LRP(network).analyze(input, { target: 1, start }).conservation.started,
    );
    expect(once).toBe(2);
    expect(scaled).toBeCloseTo(sum(startAt(network.predict(input), 1, "value").relevance), 5);
  });

  test("of outputs with more dimensions", () => {
    const at = (target: Target): readonly number[] => [...startAt(maps, target).relevance.data].flatMap(
      (r, i) => (r === 0 ? [] : [i]),
    );
    expect(at(1)).toEqual([4, 5, 6, 7, 16, 17, 18, 19]);
    expect(at([0, 2])).toEqual([0, 1, 2, 3, 20, 21, 22, 23]);
    expect(at({ at: [2, 1] })).toEqual([10, 11, 22, 23]);
    expect(at({ at: [2, 1, 0] })).toEqual([10, 22]);
    const largest = at("max");
    expect(largest.map((i) => maps.data[i])).toEqual([
      Math.max(...maps.data.subarray(0, 12)), Math.max(...maps.data.subarray(12)),
    ]);
  });

  test.each<[string, Target, string | RegExp]>([
    ["an index beyond the outputs", 3, "target: takes a position within [3], got [3]"],
    ["an index below them", -1, "target: takes a position within [3], got [-1]"],
    ["half an index", 0.5, "target: takes a position within [3], got [0.5]"],
    ["too few indices", [1], "target: takes one index per sample, 2 in all, got 1"],
    ["too deep a position", { at: [0, 0] }, "target: takes a position within [3], got [0, 0]"],
    ["a tensor of another shape", tensor([1, 2, 3]), "target: takes [2, 3], got [3]"],
    ["a position that is a hole", { at: [,] as never }, "target: takes a position within [3], got [undefined]"],
    ["a list with a hole", [0, ,] as never, "target: takes a position within [3], got [undefined]"],
    ["a sum of nothing", { sum: [] }, "target: takes a sum of at least one target, got none"],
    ["a sum of a hole", { sum: [,] as never }, /^target: takes "max", .* or a tensor, got undefined$/],
    ["two forms in one", { at: [1], for: 2, against: 1 }, /^target: takes .*, got { against, at, for }$/],
    ["half a contrast", { for: 2 } as never, /^target: takes .*, got { for }$/],
    ["a contrast with a wrong part", { for: 0, against: 9 }, "target: takes a position within [3], got [9]"],
  ])("that do not fit are refused: %s", (_, target, message) => {
    expect(() => startAt(output, target)).toThrow(message);
    expect(() => new LRP(network).analyze(input, { target })).toThrow("target: takes");
  });
});

describe.each(Object.entries(composites))("several targets at once, %s", (_, rules) => {
  const targets: readonly Target[] = [0, 2, "max", [1, 0], { for: 0, against: 1 }, randomTensor([2, 3], 5)];

  test("are what each is alone, bit for bit", () => {
    const lrp = new LRP(network, rules);
    const options = { layers: ["stem", "mixed.merge"] };
    lrp.analyzeAll(input, { targets, ...options }).forEach((together, k) => {
      const alone = lrp.analyze(input, { target: targets[k]!, ...options });
      expect(together.relevance).toEqual(alone.relevance);
      expect(together.layers).toEqual(alone.layers);
      expect(together.target).toEqual(alone.target);
      expect(together.conservation.rows).toEqual(alone.conservation.rows);
    });
  });

  test("a kept forward pass serves them all, and other rules", () => {
    const lrp = new LRP(network, rules);
    const tape = lrp.forward(input);
    for (const target of targets) {
      expect(lrp.analyze(tape, { target }).relevance).toEqual(lrp.analyze(input, { target }).relevance);
    }
    const others = new LRP(network, zero({ bias: "ignored" }));
    expect(others.analyze(tape).relevance).toEqual(others.analyze(input).relevance);
    expect(others.analyze(tape).conservation.rows).toEqual(others.analyze(input).conservation.rows);
  });

  test("nothing is read from memory that was given back, and no more is taken the second time", () => {
    const arena = new Arena({ poison: true });
    const poisoned = new LRP(network, rules, { arena });
    const [first, again] = [0, 1].map(() => {
      const explanations = poisoned.analyzeAll(input, { targets, layers: ["block.merge"] });
      const reports = explanations.map(({ conservation }) => conservation.rows);
      return { explanations, reports, held: arena.capacity };
    });
    const plain = new LRP(network, rules).analyzeAll(input, { targets, layers: ["block.merge"] });
    expect(first!.held).toBe(again!.held);
    expect(again!.held).toBeGreaterThan(0);
    plain.forEach((explanation, k) => {
      for (const { explanations, reports } of [first!, again!]) {
        const { relevance, layers, output, inputs } = explanations[k]!;
        expect(relevance).toEqual(explanation.relevance);
        expect(relevance.data.every(Number.isFinite)).toBe(true);
        expect(layers).toEqual(explanation.layers);
        expect(inputs).toEqual(explanation.inputs);
        expect(output).toEqual(explanation.output);
        expect(reports[k]).toEqual(explanation.conservation.rows);
      }
    });
  });
});

describe("relevance of nodes", () => {
  const names = ["stem", "block.merge", "gate.merge", "head.1"];
  const { layers, relevance, conservation } = new LRP(network).analyze(input, { layers: names });

  test("has the shape of their outputs and the order that was asked for", () => {
    expect([...layers.keys()]).toEqual(names);
    const shapes = network.shapes(input.shape);
    for (const name of names) expect(layers.get(name)!.shape).toEqual(shapes.get(name));
  });

  test("is what arrives there: the start at the output, and what the report says elsewhere", () => {
    expect(sum(layers.get("head.1")!)).toBe(2);
    for (const { node, in: arrived } of conservation.rows) {
      if (layers.has(node)) expect(sum(layers.get(node)!)).toBeCloseTo(arrived, 5);
    }
    expect(sum(relevance)).toBeCloseTo(conservation.arrived, 5);
  });

  test("is 0 where no relevance arrives", () => {
    const model = new Model({
      inputs: [{ name: "a" }, { name: "b" }],
      nodes: [
        { name: "left", layer: new Dense(randomTensor([2, 2])), inputs: ["a"], index: [0] },
        { name: "right", layer: new Dense(randomTensor([2, 2])), inputs: ["b"], index: [1] },
      ],
      outputs: ["left", "right"],
    });
    const inputs = [tensor([[1, 2]]), tensor([[3, 4]])];
    const explanation = new LRP(model).analyze(inputs, { output: "right", layers: ["left"] });
    expect([...explanation.inputs.get("a")!.data]).toEqual([0, 0]);
    expect(explanation.inputs.get("b")!.data.some((r) => r !== 0)).toBe(true);
    expect([...explanation.layers.get("left")!.data]).toEqual([0, 0]);
    expect(explanation.relevance).toBe(explanation.inputs.get("a"));
    expect(explanation.output).toEqual(model.forward(...inputs)[1]);
  });

  test("of unknown nodes and outputs is refused, with those there are", () => {
    const lrp = new LRP(network);
    const unknown = 'layers: takes the name of a node, got "stam"; there are stem, norm, block.0.0';
    expect(() => lrp.analyze(input, { layers: ["stam"] })).toThrow(unknown);
    expect(() => lrp.analyze(input, { output: "stem" })).toThrow('output: takes one of head.1, got "stem"');
  });
});

describe("what is analysed", () => {
  test("has to fit the model", () => {
    const lrp = new LRP(network);
    expect(() => lrp.analyze(randomTensor([2, 3, 4, 4]))).toThrow('node "stem": Conv: takes [N, 2, H, W]');
    expect(() => lrp.analyze([input, input])).toThrow("Model: takes 1 inputs (input), got 2");
  });

  test("may not be a forward pass of another model", () => {
    const other = new LRP(chain(new Flatten(), new Dense(randomTensor([3, 32])))).forward(input);
    expect(() => new LRP(network).analyze(other)).toThrow("takes a forward pass of its own model, got one of another");
  });

  test("is left as it is, and so is what was returned before", () => {
    const before = [...input.data];
    const lrp = new LRP(network, epsilon());
    const first = lrp.analyze(input, { layers: ["stem"] });
    const copy = [...first.relevance.data];
    lrp.analyze(randomTensor(input.shape, 77));
    expect([...input.data]).toEqual(before);
    expect([...first.relevance.data]).toEqual(copy);
  });

  test("may be a batch of nothing, and targets may be none", () => {
    const none = new Tensor([0, 2, 4, 4], new Float32Array());
    expect(new LRP(network).analyze(none).relevance.shape).toEqual([0, 2, 4, 4]);
    expect(new LRP(network).analyzeAll(input, { targets: [] })).toEqual([]);
  });
});

test("what says which rules there are may be a composite, an assignment, a rule, or a rule per node", () => {
  const model = chain(new Dense(randomTensor([3, 2])), new Dense(randomTensor([2, 3])));
  const results = [zPlus(), everywhere(zPlus()), [everywhere(zPlus())], [zPlus(), zPlus()]].map(
    (rules) => new LRP(model, rules).analyze(tensor([[1, 2]])).relevance,
  );
  for (const result of results) expect(result).toEqual(results[0]);
  const wrong = epsilonPlusFlat as unknown as Assigned;
  expect(() => new LRP(model, wrong)).toThrow("LRP: takes a composite, an assignment, a rule or a list of rules, got");
});

test("one layer may stand in several nodes", () => {
  const shared = new Dense(randomTensor([3, 3]), { ...bias(3), activation: relu });
  const apart = (): Dense => new Dense(shared.weight, { bias: shared.bias, activation: relu });
  const x = randomTensor([2, 3], 4);
  for (const rules of [[], everywhere(zPlus()), everywhere(flat())]) {
    const [once, copies] = [chain(shared, shared, shared), chain(apart(), apart(), apart())].map(
      (model) => new LRP(model, rules).analyze(x, { target: 0 }).relevance,
    );
    expect(once).toEqual(copies);
  }
});

test("relevance adds up where an activation fans out", () => {
  // y = x + x + 2 x: half, by halves, and half.
  const model = parallel([chain(), chain(), new Dense(tensor([[2]]))], new Add());
  const { relevance, conservation } = new LRP(model).analyze(tensor([[3]]), { target: 0 });
  expect(relevance.data[0]).toBeCloseTo(1, 6);
  expect(conservation.rows.map(({ node, in: arrived }) => [node, Number(arrived.toFixed(5))])).toEqual([
    ["merge", 1], ["2", 0.5],
  ]);
});

test("scratch memory is for the scratch alone", () => {
  const lrp = new LRP(network, [], { arena: new Arena({ poison: true, capacity: 16 }) });
  const kept = lrp.scratch(() => keep(() => zeros([3])));
  const gone = lrp.scratch(() => scope(() => zeros([3])));
  expect([...kept.data]).toEqual([0, 0, 0]);
  expect([...gone.data]).toEqual([NaN, NaN, NaN]);
});
