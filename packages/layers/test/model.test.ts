import {
  Add,
  chain,
  Concat,
  Conv,
  Dense,
  Flatten,
  Identity,
  MaxPool,
  Model,
  Multiply,
  parallel,
  relu,
  sigmoid,
  skip,
  unknownNode,
  type Graph,
  type Layer,
} from "@relprop/layers";
import { map, ShapeError, tensor, zeros } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { values } from "./closeness.ts";
import { randomTensor } from "./random.ts";

const double: Layer = new Dense(tensor([[2]]));
const increment: Layer = new Dense(tensor([[1]]), { bias: tensor([1]) });

/** One input called x and nodes given as `name: [layer, inputs]`. */
function graph(nodes: Record<string, [Layer, ...string[]]>, outputs: string[]): Graph {
  return {
    inputs: [{ name: "x" }],
    nodes: Object.entries(nodes).map(([name, [layer, ...inputs]], i) => ({ name, layer, inputs, index: [i] })),
    outputs,
  };
}

const named = ({ nodes }: Model): string[] => nodes.map(({ name }) => name);
const indexed = ({ nodes }: Model): string[] => nodes.map(({ index }) => index.join("."));

describe("Model", () => {
  test("runs nodes in order and returns every output", () => {
    const model = new Model(
      graph({ a: [double, "x"], b: [increment, "a"], c: [new Add(), "a", "b"] }, ["c", "a", "x"]),
    );
    expect(model.forward(tensor([[3]])).map(values)).toEqual([[13], [6], [3]]);
    expect(values(model.predict(tensor([[3]])))).toEqual([13]);
  });

  test("takes several inputs by position", () => {
    const model = new Model({
      inputs: [{ name: "signal", shape: [undefined, 2] }, { name: "gate", shape: [undefined, 1] }],
      nodes: [{ name: "gated", layer: new Multiply(), inputs: ["signal", "gate"], index: [0] }],
      outputs: ["gated"],
    });
    expect(values(model.predict(tensor([[1, 2]]), tensor([[3]])))).toEqual([3, 6]);
    expect(() => model.predict(tensor([[1, 2]]))).toThrow("Model: takes 2 inputs (signal, gate), got 1");
    expect(() => model.predict(tensor([[1, 2]]), tensor([[1, 2]]))).toThrow(
      'Model input "gate": takes [N, 1], got [1, 2]',
    );
  });

  test("may use a layer in several nodes", () => {
    const model = new Model(graph({ once: [double, "x"], twice: [double, "once"] }, ["twice"]));
    expect(values(model.predict(tensor([[1]])))).toEqual([4]);
  });

  test("knows its nodes by name, and the shapes of everything", () => {
    const model = chain(new Conv(zeros([4, 3, 3, 3])), relu, new MaxPool(2), new Flatten());
    expect(model.node("2").layer.kind).toBe("MaxPool");
    expect([model.has("3"), model.has("4"), model.has("input")]).toEqual([true, false, false]);
    expect([...model.shapes([2, 3, 8, 8])]).toEqual([
      ["input", [2, 3, 8, 8]], ["0", [2, 4, 6, 6]], ["1", [2, 4, 6, 6]], ["2", [2, 4, 3, 3]], ["3", [2, 36]],
    ]);
  });

  test("says which node does not take what it gets, and keeps the cause", () => {
    const model = chain({ features: chain(new Flatten()), classifier: new Dense(zeros([2, 5])) });
    expect(() => model.predict(zeros([1, 2, 3]))).toThrow('node "classifier": Dense: takes [N, …, 5], got [1, 6]');
    try {
      model.shapes([1, 2, 3]);
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError);
      expect((error as Error).cause).toBeInstanceOf(ShapeError);
    }
  });

  test("takes an empty batch", () => {
    const model = chain(new Conv(zeros([4, 3, 3, 3])), relu, new MaxPool(2), new Flatten(), new Dense(zeros([2, 36])));
    expect(model.predict(zeros([0, 3, 8, 8])).shape).toEqual([0, 2]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "unknown source",
      () => new Model(graph({ a: [double, "y"] }, ["a"])),
      'Model: node "a" reads "y", which does not exist',
    ],
    [
      "order",
      () => new Model(graph({ a: [double, "b"], b: [double, "x"] }, ["a"])),
      'Model: node "a" reads "b", which comes later',
    ],
    ["itself", () => new Model(graph({ a: [double, "a"] }, ["a"])), 'Model: node "a" reads "a", which comes later'],
    [
      "duplicate",
      () =>
        new Model({
          ...graph({}, ["x"]),
          nodes: [0, 1].map((i) => ({ name: "a", layer: double, inputs: ["x"], index: [i] })),
        }),
      'Model: takes unique names, got "a" twice',
    ],
    [
      "name of an input",
      () => new Model(graph({ x: [double, "x"] }, ["x"])),
      'Model: takes unique names, got "x" twice',
    ],
    ["output", () => new Model(graph({ a: [double, "x"] }, ["z"])), 'Model: takes outputs among its nodes, got "z"'],
    ["no output", () => new Model(graph({ a: [double, "x"] }, [])), "Model: takes at least one output, got none"],
    ["node", () => chain(relu, relu).node("7"), 'Model: takes the name of a node, got "7"; there are 0, 1'],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  test("lists at most forty names", () => {
    const model = chain(...Array.from({ length: 45 }, () => relu));
    expect(unknownNode("Who", "z", model)).toMatch(
      /^Who: takes the name of a node, got "z"; there are 0, 1, .*, 39, … 5 more$/,
    );
  });
});

describe("chain", () => {
  test("names nodes by position, or by the keys of a record, and nested ones by their path", () => {
    expect(named(chain(double, relu))).toEqual(["0", "1"]);
    const model = chain({ features: chain(double, relu), classifier: chain({ drop: new Identity(), last: double }) });
    expect(named(model)).toEqual(["features.0", "features.1", "classifier.drop", "classifier.last"]);
    expect(indexed(model)).toEqual(["0.0", "0.1", "1.0", "1.1"]);
    expect(model.nodes.map(({ inputs }) => inputs)).toEqual([
      ["input"],
      ["features.0"],
      ["features.1"],
      ["classifier.drop"],
    ]);
  });

  test("of nothing is the identity", () => {
    expect(values(chain().predict(tensor([5])))).toEqual([5]);
    expect(named(chain(double, chain(), double))).toEqual(["0", "2"]);
  });

  test("of a single layer, activation or model is not taken for a record", () => {
    expect(named(chain(double))).toEqual(["0"]);
    expect(named(chain(relu))).toEqual(["0"]);
    expect(named(chain(chain(double)))).toEqual(["0.0"]);
    expect(named(chain({ only: relu }))).toEqual(["only"]);
  });

  test("runs its parts one after another", () => {
    expect(values(chain(double, increment, double).predict(tensor([[3]])))).toEqual([14]);
  });
});

describe("parallel and skip", () => {
  test("branches see the same input, and their outputs are added up", () => {
    const model = parallel([double, chain(increment, double), chain()]);
    expect(named(model)).toEqual(["0", "1.0", "1.1", "merge"]);
    expect(indexed(model)).toEqual(["0", "1.0", "1.1", "3"]);
    expect(values(model.predict(tensor([[3]])))).toEqual([6 + 8 + 3]);
  });

  test("branches may have names and another merge", () => {
    const model = parallel({ left: double, right: increment }, new Concat());
    expect(named(model)).toEqual(["left", "right", "merge"]);
    expect(values(model.predict(tensor([[3]])))).toEqual([6, 4]);
  });

  test("a skip connection adds the input to what its part makes of it", () => {
    const model = chain(increment, skip(chain(double, relu)), skip(sigmoid, new Multiply()));
    expect(named(model)).toEqual(["0", "1.0.0", "1.0.1", "1.merge", "2.0", "2.merge"]);
    expect(values(chain(increment, skip(double)).predict(tensor([[3]])))).toEqual([12]);
    expect(indexed(model)).toEqual(["0", "1.0.0", "1.0.1", "1.1", "2.0", "2.1"]);
  });

  test("a model used twice keeps apart what its uses see", () => {
    const block = chain(double, increment);
    expect(named(parallel({ a: block, b: block }))).toEqual(["a.0", "a.1", "b.0", "b.1", "merge"]);
    expect(values(chain(block, block).predict(tensor([[1]])))).toEqual([7]);
  });

  test("agree with what they stand for", () => {
    const [W, V] = [randomTensor([4, 4], 1), randomTensor([4, 4], 2)];
    const x = randomTensor([3, 4], 3);
    const model = skip(chain(new Dense(W, { activation: relu }), new Dense(V)));
    const inner = new Dense(V).forward(map(new Dense(W).forward(x), (z) => Math.max(z, 0)));
    expect(values(model.predict(x))).toEqual(values(map(inner, (z, i) => Math.fround(z + x.data[i]!))));
  });

  test("say what they take", () => {
    const two = new Model({ inputs: [{ name: "a" }, { name: "b" }], nodes: [], outputs: ["a"] });
    expect(() => chain(two)).toThrow(
      'chain: takes parts with one output and 1 inputs, got a model with 1 and 2 at "0"',
    );
    const twice = new Model(graph({ a: [double, "x"] }, ["a", "x"]));
    expect(() => skip(twice)).toThrow(
      'skip: takes parts with one output and 1 inputs, got a model with 2 and 1 at "0"',
    );
    expect(() => chain({ input: double })).toThrow('Model: takes unique names, got "input" twice');
    expect(() => parallel({ a: undefined as unknown as Layer })).toThrow(
      'parallel: takes layers, activations and models, got undefined at "a"',
    );
  });
});
