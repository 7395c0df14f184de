/** What a network is prepared for by what its nodes do, not by what they are called or where they stand. */
import {
  BatchNorm, chain, Concat, Constant, Conv, Dense, Flatten, LogSoftmax, Model, Quantize, relu, Reshape, Scale, Softmax,
  Squeeze, Transpose, Unsqueeze, type Layer,
} from "@relprop/layers";
import { relativeError, tensor, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  canonize, checkModel, epsilonGammaBox, epsilonPlusFlat, flat, LRP, named, prepare, stripSoftmax, zero,
} from "../src/index.ts";
import { randomTensor } from "../../layers/test/random.ts";

const conv = (out: number, into: number): Conv =>
  new Conv(randomTensor([out, into, 3, 3]), { bias: randomTensor([out]) });
const head = (features: number): Dense => new Dense(randomTensor([3, features]), { bias: randomTensor([3]) });

describe("normalisation of the input, written into the network,", () => {
  const [weight, bias] = [tensor([0.5, 2, -1.5]), tensor([0.3, -1, 0.25])];
  const layers = [conv(4, 3), relu, conv(2, 4), relu, new Flatten(), head(2 * 2 * 2)] as const;
  const x = randomTensor([2, 3, 6, 6]);
  const normalized = new Tensor(x.shape, x.data.map((value, i) => {
    const channel = Math.floor(i / 36) % 3;
    return weight.data[channel]! * value + bias.data[channel]!;
  }));

  test.each<[string, Layer, Tensor, Tensor]>([
    ["as a scale", new Scale(weight, { bias, axis: 1 }), x, normalized],
    ["as batch normalisation", new BatchNorm({
      gamma: weight, beta: bias, mean: tensor([0, 0, 0]), variance: tensor([1, 1, 1]), epsilon: 0,
    }), x, normalized],
    ["as a single number", new Scale(tensor(0.25).reshape([])), x, new Tensor(x.shape, x.data.map((v) => v / 4))],
  ])("%s hands relevance on, and the rule of the first layer to the layer behind it", (_, scale, given, seen) => {
    const model = chain(scale, ...layers);
    for (const composite of [epsilonPlusFlat(), epsilonGammaBox({ low: -9, high: 9 })]) {
      const { relevance } = new LRP(model, composite).analyze(given);
      const wanted = new LRP(chain(...layers), composite).analyze(seen).relevance;
      expect(relativeError(relevance.data, wanted.data)).toBeLessThan(1e-6);
    }
  });

  test("may stand behind another layout of the input", () => {
    const channelsLast = chain(new Transpose([0, 3, 1, 2]), new Scale(weight, { bias, axis: 1 }), ...layers);
    const rules = new LRP(channelsLast, epsilonPlusFlat()).rules.rows.map(({ rule }) => rule.name);
    expect(rules.slice(0, 3)).toEqual(["gradient", "pass", "flat"]);
  });

  test("may stand behind a rounding of the input", () => {
    const rounded = new Quantize(tensor(1 / 64), { low: [-128], high: [127] });
    const model = chain(rounded, new Scale(weight, { bias, axis: 1 }), ...layers);
    const rules = new LRP(model, epsilonPlusFlat()).rules.rows.map(({ rule }) => rule.name);
    expect(rules.slice(0, 3)).toEqual(["pass", "pass", "flat"]);
  });

  test("gets a rule where it is named", () => {
    const { rows } = new LRP(chain(new Scale(weight, { bias, axis: 1 }), ...layers), named("0", zero())).rules;
    expect(rows[0]!.rule.name).toBe("zero");
  });

  test("is not what positions add to tokens", () => {
    const positions = new Scale(tensor(1).reshape([1, 1]), { bias: randomTensor([4, 8]) });
    const tokens = chain(positions, new Dense(randomTensor([2, 8])));
    expect(new LRP(tokens).rules.rows[0]!.rule.name).toBe("zero");
  });

  test("is not a network's only layer", () => {
    expect(new LRP(chain(new Scale(weight, { axis: 1 })), flat()).rules.rows[0]!.rule.name).toBe("flat");
  });
});

describe("a softmax at the end", () => {
  const scores = chain(conv(3, 3), relu);
  const behind: readonly (readonly [string, readonly Layer[]])[] = [
    ["itself", []],
    ["flattened", [new Flatten()]],
    ["transposed", [new Transpose([0, 2, 3, 1])]],
    ["laid out in several steps", [new Flatten(), new Unsqueeze([1]), new Reshape([3, -1]), new Squeeze()]],
  ];

  test.each(behind)("is removed: %s", (_, layers) => {
    for (const softmax of [new Softmax(1), new LogSoftmax(1)]) {
      const model = chain(scores, softmax, ...layers);
      expect(checkModel(model).passed).toBe(false);
      const x = randomTensor([2, 3, 5, 5]);
      expect(stripSoftmax(model).predict(x)).toEqual(chain(scores, ...layers).predict(x));
      expect(checkModel(stripSoftmax(model)).passed).toBe(true);
    }
  });

  test("stays where something else reads it", () => {
    const model = new Model({
      inputs: [{ name: "x" }],
      nodes: [
        { name: "softmax", layer: new Softmax(), inputs: ["x"], index: [0] },
        { name: "flat", layer: new Flatten(), inputs: ["softmax"], index: [1] },
        { name: "dense", layer: head(3), inputs: ["softmax"], index: [2] },
      ],
      outputs: ["flat", "dense"],
    });
    expect(stripSoftmax(model).nodes).toHaveLength(3);
  });
});

describe("batch normalisation written as a scale and a shift", () => {
  test.each<[string, Scale]>([
    ["[C] at axis 1", new Scale(tensor([0.5, -2]), { bias: tensor([1, 3]), axis: 1 })],
    ["[C, 1, 1] at the end", new Scale(tensor([[[0.5]], [[-2]]]), { bias: tensor([[[1]], [[3]]]) })],
  ])("is fused into the convolution before it: %s", (_, scale) => {
    const x = randomTensor([1, 3, 4, 4]);
    const before = conv(2, 3);
    const model = chain(before, scale, relu);
    const prepared = prepare(model);
    expect(prepared.describe()).toBe('1: fused into "0" before it');
    expect(relativeError(prepared.predict(x).data, model.predict(x).data)).toBeLessThan(1e-6);
    const named = new BatchNorm({
      gamma: tensor([0.5, -2]), beta: tensor([1, 3]), mean: tensor([0, 0]), variance: tensor([1, 1]), epsilon: 0,
    });
    const wanted = new LRP(canonize(chain(before, named, relu)), epsilonPlusFlat()).analyze(x).relevance;
    const { relevance } = new LRP(prepared, epsilonPlusFlat()).analyze(x);
    expect(relativeError(relevance.data, wanted.data)).toBeLessThan(1e-6);
  });

  test("stays where it differs between positions", () => {
    expect(prepare(chain(conv(2, 3), new Scale(randomTensor([2, 2, 2])), relu)).nodes).toHaveLength(3);
  });
});

test("what a network calls inert carries no relevance, whatever it reads", () => {
  const model = new Model({
    inputs: [{ name: "x" }],
    nodes: [
      { name: "token", layer: new Constant(randomTensor([1, 4])), inputs: ["x"], index: [], inert: true },
      { name: "joined", layer: new Concat(1), inputs: ["token", "x"], index: [0] },
      { name: "flat", layer: new Flatten(), inputs: ["joined"], index: [1] },
      { name: "scores", layer: head(3 * 4), inputs: ["flat"], index: [2] },
    ],
    outputs: ["scores"],
  });
  const { relevance, conservation } = new LRP(model).analyze(randomTensor([2, 2, 4]), { target: 1 });
  expect(relevance.shape).toEqual([2, 2, 4]);
  expect(conservation.rows.find(({ node }) => node === "joined")!.ended).not.toBe(0);
});
