import { expect, test } from "vitest";
import { Tensor } from "@relprop/tensor";
import {
  Add, chain, Constant, Conv, Dense, Flatten, GlobalAvgPool, MaxPool, Model, parallel, relu, Reshape, Transpose,
  withLayouts, type ModelInput,
} from "@relprop/layers";

const conv = (): Conv => new Conv(new Tensor([2, 3, 1, 1], new Float32Array(6)));
const [toFirst, toLast] = [new Transpose([0, 3, 1, 2]), new Transpose([0, 2, 3, 1])];

test("a convolution says where channels stand, upwards and downwards", () => {
  const model = chain(relu, conv(), relu, new MaxPool(2));
  expect(["input", "0", "1", "2", "3"].map((name) => model.layout(name))).toEqual(new Array(5).fill("channelsFirst"));
});

test("a transposition before the first convolution puts the channels of the input last", () => {
  const model = chain(relu, toFirst, conv(), relu, toLast, relu);
  expect(["input", "0", "1", "2", "3", "4", "5"].map((name) => model.layout(name))).toEqual([
    "channelsLast", "channelsLast", "channelsFirst", "channelsFirst", "channelsFirst", "channelsLast", "channelsLast",
  ]);
});

test("branches that no convolution is in learn from those beside them", () => {
  const model = parallel({ image: chain({ turn: toFirst, conv: conv(), back: toLast }), plain: relu }, new Add());
  expect(model.layout("plain")).toBe("channelsLast");
  expect(model.layout("merge")).toBe("channelsLast");
});

test("what nothing says is not known", () => {
  const model = chain(relu, new Flatten(), new Dense(new Tensor([2, 12], new Float32Array(24))));
  expect(["input", "0", "1", "2"].map((name) => model.layout(name))).toEqual(new Array(4).fill(undefined));
  const reshaped = chain(new Reshape([3, 2, 2]), conv(), new GlobalAvgPool());
  expect(reshaped.layout("input")).toBeUndefined();
  const swapped = chain(new Transpose([0, 2, 1, 3]), conv());
  expect(swapped.layout("input")).toBeUndefined();
  const batchMoved = chain(new Transpose([1, 0, 2, 3]), conv());
  expect(batchMoved.layout("input")).toBeUndefined();
});

test("what an input says comes before what layers say", () => {
  const node = { name: "relu", layer: chain(relu).nodes[0]!.layer, inputs: ["x"], index: [0] };
  const model = new Model({ inputs: [{ name: "x", layout: "channelsLast" }], nodes: [node], outputs: ["relu"] });
  expect(model.layout("relu")).toBe("channelsLast");
});

test("readers write down the layouts of inputs, none for rows", () => {
  const shape = [undefined, 4, 4, 3];
  const nodes = chain(toFirst, conv()).nodes;
  const inputs = [{ name: "input", shape }];
  expect(withLayouts({ inputs, nodes }).inputs).toEqual([{ name: "input", shape, layout: "channelsLast" }]);
  const row: ModelInput = { name: "input", shape: [undefined, 4] };
  const rows = withLayouts({ inputs: [row], nodes: [] }, "channelsLast");
  expect(rows.inputs[0]!.layout).toBeUndefined();
});

test("constants beside what flows are not asked", () => {
  const nodes = [
    { name: "c", layer: new Constant(new Tensor([1, 1, 1, 3], new Float32Array(3))), inputs: [], index: [0] },
    { name: "sum", layer: new Add(), inputs: ["x", "c"], index: [1] },
    { name: "turn", layer: toFirst, inputs: ["sum"], index: [2] },
    { name: "conv", layer: conv(), inputs: ["turn"], index: [3] },
  ];
  expect(new Model({ inputs: [{ name: "x" }], nodes, outputs: ["conv"] }).layout("x")).toBe("channelsLast");
});
