/** Models rewritten for relevance propagation: outputs stay, and what was done is said. */
import {
  BatchNorm, chain, clip, Constant, Conv, ConvTranspose, Dense, Dropout, Flatten, GroupNorm, identity, LayerNorm, log,
  LogSoftmax, MaxPool, Model, Multiply, parallel, Quantize, relu, Scale, Softmax, type Activation, type Layer,
  type Part,
} from "@relprop/layers";
import { relativeError, tensor, Tensor, type Shape } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { canonize, LRP, prepare, stripSoftmax, zPlus } from "@relprop/lrp";
import { randomTensor } from "../../layers/test/random.ts";

const w = (...shape: number[]): Tensor => randomTensor(shape, 3 + shape.length);

function batchNorm(channels: number, activation = identity): BatchNorm {
  return new BatchNorm({
    mean: randomTensor([channels], 1), variance: randomTensor([channels], 2, 0.01, 2),
    gamma: randomTensor([channels], 3, 0.5, 2), beta: randomTensor([channels], 4), epsilon: 0.1, activation,
  });
}

function kinds(model: Model): readonly string[] {
  return model.nodes.map(({ layer }) => layer.kind);
}

function expectSameOutputs(model: Model, rewritten: Model, ...inputs: Shape[]): void {
  const tensors = inputs.map((shape, i) => randomTensor(shape, 20 + i));
  const wanted = model.forward(...tensors);
  rewritten.forward(...tensors).forEach((output, i) => {
    expect(output.shape).toEqual(wanted[i]!.shape);
    expect(relativeError(output.data, wanted[i]!.data)).toBeLessThan(1e-6);
  });
}

/** A model that states the shape of its input. */
function withInput(model: Model, shape: readonly (number | undefined)[]): Model {
  return new Model({ ...graphOf(model), inputs: [{ name: "input", shape }] });
}

function graphOf({ inputs, nodes, outputs }: Model): ConstructorParameters<typeof Model>[0] {
  return { inputs, nodes, outputs };
}

describe("batch normalisation", () => {
  test.each<[string, Layer, Shape, Shape | undefined]>([
    ["Dense", new Dense(w(3, 4), { bias: w(3) }), [2, 4], [2, 4]],
    ["Conv 1-D", new Conv(w(3, 2, 3), { bias: w(3) }), [2, 2, 7], [2, 2, 7]],
    ["Conv 2-D with groups", new Conv(w(4, 1, 3, 2), { groups: 2, stride: 2 }), [2, 2, 7, 6], [2, 2, 7, 6]],
    ["Conv 3-D", new Conv(w(3, 2, 2, 2, 2), { bias: w(3) }), [1, 2, 3, 4, 3], [1, 2, 3, 4, 3]],
    ["padded Conv", new Conv(w(3, 2, 3), { padding: 1 }), [2, 2, 7], undefined],
    ["ConvTranspose 1-D", new ConvTranspose(w(2, 3, 3), { stride: 2, bias: w(3) }), [2, 2, 4], undefined],
    [
      "ConvTranspose 2-D with groups", new ConvTranspose(w(4, 2, 2, 3), { groups: 2, bias: w(4) }), [1, 4, 3, 3],
      undefined,
    ],
    ["ConvTranspose 3-D", new ConvTranspose(w(2, 3, 2, 2, 2)), [1, 2, 2, 2, 3], undefined],
    ["Scale", new Scale(w(3), { axis: 1, bias: w(3) }), [2, 3, 4], [2, 3, 4]],
  ])("is fused into %s before it, and after it where borders allow it", (_, layer, input, turned) => {
    const channels = (layer as { outputShape(shape: Shape): Shape }).outputShape(input)[1]!;
    const behind = chain(layer, batchNorm(channels), relu);
    const fused = canonize(behind);
    expect(kinds(fused)).toEqual([layer.kind, "Relu"]);
    expect(fused.changes).toEqual([{ node: "1", what: 'fused into "0" before it' }]);
    expect(fused.describe()).toBe('1: fused into "0" before it');
    expectSameOutputs(behind, fused, input);

    const ahead = chain(batchNorm(input[1]!), layer);
    const again = canonize(ahead);
    expect(kinds(again)).toEqual(turned === undefined ? ["BatchNorm", layer.kind] : [layer.kind]);
    expectSameOutputs(ahead, again, input);
  });

  test("with an activation of its own leaves the activation", () => {
    const model = chain(new Conv(w(3, 2, 3)), batchNorm(3, relu), new MaxPool(2));
    const fused = canonize(model);
    expect(kinds(fused)).toEqual(["Conv", "Relu", "MaxPool"]);
    expectSameOutputs(model, fused, [2, 2, 8]);
    expect(kinds(canonize(chain(batchNorm(2, relu), new Conv(w(3, 2, 3)))))).toEqual(["BatchNorm", "Conv"]);
  });

  test("behind a fused activation, or read twice, stays", () => {
    const activated = chain(new Conv(w(3, 2, 3), { activation: relu }), batchNorm(3), relu);
    expect(kinds(canonize(activated))).toEqual(kinds(activated));
    const branched = parallel([chain(batchNorm(2), new Conv(w(3, 2, 1))), new Conv(w(3, 2, 1))]);
    expect(kinds(canonize(branched))).toEqual(["Conv", "Conv", "Add"]);
    const shared = chain(new Conv(w(2, 2, 1)), parallel([batchNorm(2), chain()]));
    expect(kinds(canonize(shared))).toEqual(["Conv", "BatchNorm", "Add"]);
    expect(canonize(shared).describe()).toBe("nothing to change");
  });

  test("is fused in every use of a layer that stands in several nodes, by itself", () => {
    const conv = new Conv(w(2, 2, 1));
    const model = chain(conv, batchNorm(2), relu, conv);
    expect(kinds(canonize(model))).toEqual(["Conv", "Relu", "Conv"]);
    expectSameOutputs(model, canonize(model), [2, 2, 3]);
  });

  test("stays where asked", () => {
    const model = chain(new Conv(w(2, 2, 1)), batchNorm(2));
    expect(kinds(canonize(model, { fuse: false }))).toEqual(["Conv", "BatchNorm"]);
  });
});

describe("batch normalisation scales axis 1, a dense layer acts along the last", () => {
  const tokens = [
    chain(new Dense(w(4, 4), { bias: w(4) }), batchNorm(4), relu),
    chain(relu, batchNorm(4), new Dense(w(4, 4))),
  ];

  test("so on tokens they are not fused, although as many as features", () => {
    for (const model of tokens.map((model) => withInput(model, [undefined, 4, 4]))) {
      const canonical = canonize(model);
      expect(kinds(canonical)).toEqual(kinds(model));
      expectSameOutputs(model, canonical, [2, 4, 4]);
    }
  });

  test("but on features, stated or of an only input that can have two axes", () => {
    for (const model of tokens.flatMap((model) => [model, withInput(model, [undefined, undefined])])) {
      expect(kinds(canonize(model))).toHaveLength(2);
      expectSameOutputs(model, canonize(model), [2, 4]);
    }
  });

  test.each<[string, readonly Part[], Shape]>([
    ["a model of planes", [new Conv(w(4, 4, 3, 3)), new Dense(w(4, 4)), batchNorm(4)], [1, 4, 6, 6]],
    ["a scale of tokens behind", [new Dense(w(4, 4)), batchNorm(4), new LayerNorm([4, 4])], [1, 4, 4]],
  ])("and not in %s, whatever its input", (_, parts, input) => {
    const model = chain(...parts);
    expect(kinds(canonize(model, { split: false }))).toEqual(kinds(model));
    expectSameOutputs(model, canonize(model), input);
  });

  test("behind a flattening the number of axes is known, whatever the input", () => {
    const model = chain(
      new Conv(w(2, 2, 3, 3)), batchNorm(2), relu, new Flatten(), new Dense(w(4, 8)), batchNorm(4), relu,
      batchNorm(4), new Dense(w(3, 4)),
    );
    const wanted = ["Conv", "Relu", "Flatten", "Dense", "Relu", "Dense"];
    for (const shaped of [model, withInput(model, [undefined, 2, undefined, undefined])]) {
      expect(kinds(canonize(shaped))).toEqual(wanted);
      expectSameOutputs(shaped, canonize(shaped), [2, 2, 4, 4]);
    }
  });

  test("in models of several inputs without shapes nothing is taken for granted", () => {
    const nodes = [
      { name: "dropout", layer: new Dropout(), inputs: ["a"], index: [0] },
      { name: "dense", layer: new Dense(w(4, 4)), inputs: ["dropout"], index: [1] },
      { name: "norm", layer: batchNorm(4), inputs: ["dense"], index: [2] },
      { name: "out", layer: new Multiply(), inputs: ["norm", "b"], index: [3] },
    ];
    const model = new Model({ inputs: [{ name: "a" }, { name: "b" }], nodes, outputs: ["out"] });
    expect(kinds(canonize(model))).toEqual(["Dropout", "Dense", "BatchNorm", "Multiply"]);
    const inputs = [{ name: "a", shape: [undefined, 4] }, { name: "b" }];
    const stated = new Model({ inputs, nodes, outputs: ["out"] });
    expect(kinds(canonize(stated))).toEqual(["Dropout", "Dense", "Multiply"]);
    expectSameOutputs(stated, canonize(stated), [2, 4], [2, 1]);
  });

  test("layers without inputs are passed over", () => {
    const nodes = [
      { name: "one", layer: new Constant(w(1, 4)), inputs: [], index: [0] },
      { name: "out", layer: new Multiply(), inputs: ["input", "one"], index: [1] },
    ];
    const model = new Model({ inputs: [{ name: "input" }], nodes, outputs: ["out"] });
    expectSameOutputs(model, canonize(model), [2, 4]);
  });
});

describe("layer normalisation", () => {
  test("is split into the normalisation and its scale, each open to rules of its own", () => {
    const norm = new LayerNorm([3], { weight: w(3), bias: w(3) });
    const model = chain({ first: new Dense(w(3, 2)), norm, last: new Dense(w(2, 3)) });
    const canonical = canonize(model);
    expect(canonical.nodes.map(({ name, layer }) => `${name} ${layer.kind}`)).toEqual(
      ["first Dense", "norm LayerNorm", "norm.scale Scale", "last Dense"],
    );
    expect(canonical.describe()).toBe('norm: split into the normalisation and the elementwise "norm.scale"');
    expectSameOutputs(model, canonical, [2, 4, 2]);
    expect(kinds(canonize(model, { split: false }))).toEqual(kinds(model));
    expect(new LRP(canonical, zPlus()).rules.rows[2]!.rule.name).toBe("zPlus");
    const [whole, parts] = [model, canonical].map((each) => new LRP(each).analyze(randomTensor([2, 4, 2])).relevance);
    expect(relativeError(parts!.data, whole!.data)).toBeLessThan(1e-6);
  });

  test("behind another reads what the other's scale gives out", () => {
    const norm = (seed: number): LayerNorm =>
      new LayerNorm([3], { weight: randomTensor([3], seed, 1, 3), bias: randomTensor([3], seed + 1) });
    const model = chain(norm(1), norm(3), new Dense(w(2, 3)));
    expect(canonize(model).nodes.map(({ inputs }) => inputs[0])).toEqual(["input", "0", "0.scale", "1", "1.scale"]);
    expectSameOutputs(model, canonize(model), [2, 3]);
  });

  test("by groups is split before batch normalisation is fused, which its scale takes up", () => {
    const model = chain(new GroupNorm(2, { weight: w(4), bias: w(4) }), batchNorm(4));
    expect(kinds(canonize(model))).toEqual(["GroupNorm", "Scale"]);
    expectSameOutputs(model, canonize(model), [2, 4, 3]);
  });

  test("without a scale has nothing to split", () => {
    expect(kinds(canonize(chain(new LayerNorm([3]))))).toEqual(["LayerNorm"]);
  });
});

describe("a softmax at the output", () => {
  const scores = new Dense(w(3, 2));

  test.each([new Softmax(), new LogSoftmax()])("is stripped, and the report says so ($kind)", (softmax) => {
    const model = chain(scores, softmax);
    const stripped = stripSoftmax(model);
    expect(kinds(stripped)).toEqual(["Dense"]);
    expect(stripped.outputs).toEqual(["0"]);
    expect(stripped.describe()).toBe(
      `1: removed: relevance starts from the scores before the ${softmax.kind}`,
    );
    expectSameOutputs(chain(scores), stripped, [2, 2]);
  });

  test("goes with what rounds its probabilities, also where they are laid out anew", () => {
    const rounding = [new Quantize(tensor(1 / 255), { low: [0], high: [255] }), new Scale(tensor(1 / 255))];
    const stripped = stripSoftmax(chain(scores, new Softmax(), ...rounding, new Flatten(), ...rounding));
    expect(kinds(stripped)).toEqual(["Dense", "Flatten"]);
    expect(stripped.changes.filter(({ what }) => what === "removed: behind the softmax")).toHaveLength(4);
    expectSameOutputs(chain(scores), stripped, [2, 2]);
    // Rounded scores stay as they are.
    expect(kinds(stripSoftmax(chain(scores, ...rounding)))).toEqual(["Dense", "Quantize", "Scale"]);
  });

  test.each<[string, Scale, readonly string[]]>([
    ["percents", new Scale(tensor(100)), ["Dense"]],
    ["percents, with a shift", new Scale(tensor(100), { bias: tensor(-50) }), ["Dense"]],
    ["what is left of 0", new Scale(tensor(-1)), ["Dense", "Softmax", "Scale"]],
    ["a weight for each", new Scale(tensor([1, 2, 3])), ["Dense", "Softmax", "Scale"]],
    ["a shift for each", new Scale(tensor([1]), { bias: tensor([1, 2, 3]) }), ["Dense", "Softmax", "Scale"]],
  ])("probabilities made into %s", (_, scale, left) => {
    expect(kinds(stripSoftmax(chain(scores, new Softmax(), scale)))).toEqual(left);
  });

  test.each<readonly [string, readonly (Layer | Activation)[]]>([
    ["limits", [clip(1e-7, 1)]], ["takes the logarithm of", [log]],
    ["limits and takes the logarithm of", [clip(1e-7, 1), log]],
  ])("removes what %s probabilities", (_, behind) => {
    const stripped = stripSoftmax(chain(scores, new Softmax(), ...behind));
    expect(kinds(stripped)).toEqual(["Dense"]);
    expect(stripped.changes).toHaveLength(behind.length + 1);
  });

  test("goes with one before it, also behind another layout", () => {
    for (const between of [[], [new Flatten()]]) {
      const stripped = stripSoftmax(chain(scores, new Softmax(), ...between, new LogSoftmax()));
      expect(kinds(stripped)).toEqual(["Dense", ...between.map(({ kind }) => kind)]);
      expect(stripped.changes.map(({ what }) => what.split(" ").at(-1))).toEqual(["LogSoftmax", "Softmax"]);
    }
  });

  test("goes alone: one inside the network that is the same layer stays", () => {
    const softmax = new Softmax();
    const model = chain(new Dense(w(2, 2)), softmax, scores, softmax);
    expect(stripSoftmax(model).nodes.map(({ name }) => name)).toEqual(["0", "1", "2"]);
    expect(kinds(stripSoftmax(chain(softmax, scores)))).toEqual(["Softmax", "Dense"]);
  });

  test("goes at every output", () => {
    const nodes = [
      { name: "a", layer: scores, inputs: ["x"], index: [0] },
      { name: "b", layer: new Softmax(), inputs: ["a"], index: [1] },
      { name: "c", layer: new LogSoftmax(), inputs: ["a"], index: [2] },
    ];
    const model = new Model({ inputs: [{ name: "x" }], nodes, outputs: ["b", "c"] });
    expect(stripSoftmax(model).outputs).toEqual(["a", "a"]);
  });
});

test("prepare strips and canonises, and keeps the list of all that was done", () => {
  const model = chain(new Conv(w(2, 2, 3)), batchNorm(2), relu, new Flatten(), new Dense(w(3, 4)), new Softmax());
  const prepared = prepare(model);
  expect(prepared.describe().split("\n")).toEqual([
    "5: removed: relevance starts from the scores before the Softmax",
    '1: fused into "0" before it',
  ]);
  expect(canonize(prepared).changes).toEqual(prepared.changes);
  expect(model.nodes).toHaveLength(6);
  expectSameOutputs(stripSoftmax(model), prepared, [2, 2, 4]);
});
