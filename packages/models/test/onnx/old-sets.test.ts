/** What operator sets before 7 say otherwise, operators given up since, and numbers written in another type. */
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestAttribute, type TestNode } from "./write-onnx.ts";

const floats = (numbers: Readonly<Record<string, number>>): Readonly<Record<string, TestAttribute>> =>
  Object.fromEntries(Object.entries(numbers).map(([name, float]) => [name, { float }]));

const constants = {
  scales: float([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), shifts: float([0, 1, 0, 1, 0, 1, 0, 1], [2, 2, 2]),
  means: float([1, 1, 1, 1, 0, 0, 0, 0], [2, 2, 2]), variances: float([3, 3, 3, 3, 0, 0, 0, 0], [2, 2, 2]),
  two: float([2], []), three: float([3], []), pair: int64(2),
};

function predicted(nodes: readonly TestNode[], set: number): readonly number[] {
  const x = tensor([[[[1, -2], [3, 4]], [[0.5, 0], [-1, 2]]]]);
  return [...loadOnnx(onnx({ nodes, constants, inputs: { x: [1, 2, 2, 2] }, outputs: ["y"] }, set)).predict(x).data];
}

const values = [1, -2, 3, 4, 0.5, 0, -1, 2];

test.each<readonly [string, number, TestNode, (x: number, at: number) => number]>([
  ["the constants of five digits", 1, node("Selu", ["x"], "y"), (x) =>
    1.0507 * (x > 0 ? x : 1.6732 * (Math.exp(x) - 1))],
  ["those of today", 6, node("Selu", ["x"], "y"), (x) =>
    1.05070102 * (x > 0 ? x : 1.67326319 * (Math.exp(x) - 1))],
  ["a type by its name", 1, node("Cast", ["x"], "y", { to: "FLOAT" }), (x) => x],
  ["Affine", 1, node("Affine", ["x"], "y", floats({ alpha: 2, beta: -1 })), (x) => 2 * x - 1],
  ["Scale", 1, node("Scale", ["x"], "y", floats({ scale: 3 })), (x) => 3 * x],
  ["ImageScaler", 1, node("ImageScaler", ["x"], "y", { scale: { float: 2 }, bias: { floats: [1, -1] } }), (x, at) =>
    2 * x + (at < 4 ? 1 : -1)],
  ["ScaledTanh", 1, node("ScaledTanh", ["x"], "y", floats({ alpha: 2, beta: 0.5 })), (x) => 2 * Math.tanh(x / 2)],
  ["ParametricSoftplus", 1, node("ParametricSoftplus", ["x"], "y", floats({ alpha: 2, beta: 0.5 })), (x) =>
    2 * Math.log(1 + Math.exp(x / 2))],
  ["a whole number for a float", 7, node("Elu", ["x"], "y", { alpha: 2 }), (x) => (x > 0 ? x : 2 * (Math.exp(x) - 1))],
  ["statistics of every element", 7, node("BatchNormalization", ["x", "scales", "shifts", "means", "variances"], "y", {
    spatial: 0, epsilon: { float: 1 },
  }), (x, at) => (at < 4 ? (x - 1) / 2 : x) * (at + 1) + at % 2],
  ["means and variances of channels", 9, node("MeanVarianceNormalization", ["x"], "y", { axes: [2, 3] }), (x, at) => {
    const channel = values.slice(4 * Math.floor(at / 4)).slice(0, 4);
    const mean = channel.reduce((a, b) => a + b) / 4;
    return (x - mean) / Math.sqrt(channel.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 4);
  }],
])("%s, operator set %i", (_, set, one, wanted) => {
  // A Neg behind it keeps what is nothing but its input a network.
  const got = predicted([{ ...one, outputs: ["h"] }, node("Neg", ["h"], "y")], set);
  got.forEach((value, at) => expect(value).toBeCloseTo(-wanted(values[at]!, at), 5));
});

test.each<readonly [string, number, TestNode, readonly number[]]>([
  ["a float as the power of a norm", 1, node("GlobalLpPool", ["x"], "y", floats({ p: 2 })),
    [Math.sqrt(30), Math.sqrt(5.25)]],
  ["one between whole numbers", 1, node("LpPool", ["x"], "y", { kernel_shape: [2, 2], ...floats({ p: 1.5 }) }),
    [4, 6].map((_, i) => values.slice(4 * i, 4 * i + 4).reduce((sum, x) => sum + Math.abs(x) ** 1.5, 0) ** (1 / 1.5))],
  ["a single number for a list of one", 7, node("ReduceSum", ["x"], "y", { axes: 3, keepdims: 0 }), [-1, 7, 0.5, 1]],
  ["a whole float for a whole number", 7, node("Concat", ["x", "x"], "y", floats({ axis: 3 })),
    [1, -2, 1, -2, 3, 4, 3, 4, 0.5, 0, 0.5, 0, -1, 2, -1, 2]],
  ["copies along one axis", 1, node("Tile", ["x", "two", "three"], "y"),
    [1, -2, 1, -2, 3, 4, 3, 4, 0.5, 0, 0.5, 0, -1, 2, -1, 2]],
  ["Crop", 1, node("Crop", ["x"], "y", { border: [1, 0, 0, 1] }), [-2, 0]],
  ["Crop to a size", 1, node("Crop", ["x"], "y", { border: [0, 1, 0, 0], scale: [1, 2] }), [3, 4, -1, 2]],
])("%s, operator set %i", (_, set, one, wanted) => {
  const got = predicted([one], set);
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5));
});

test.each<readonly [string, readonly TestNode[]]>([
  ["of an attribute", [node("ConstantFill", [], "twos", { shape: [2], ...floats({ value: 2 }) })]],
  ["of an input", [node("ConstantFill", ["x"], "twos", floats({ value: 2 }))]],
  ["in an input, and more", [node("ConstantFill", ["pair"], "twos", {
    input_as_shape: 1, extra_shape: [1, 1], ...floats({ value: 2 }),
  })]],
  ["as whole numbers", [
    node("ConstantFill", [], "whole", { shape: [1], dtype: 7, ...floats({ value: 2.5 }) }),
    node("Cast", ["whole"], "twos", { to: 1 }),
  ]],
  ["copied along one axis", [
    node("ConstantFill", [], "one", { shape: [1, 1], ...floats({ value: 2 }) }),
    node("Tile", ["one", "two", "one index"], "twos"),
    node("Constant", [], "one index", { value: float([1], []) }),
  ]],
])("a number as often as a shape says: that %s", (_, nodes) => {
  const got = predicted([...nodes, node("Mul", ["x", "twos"], "product"), node("ReduceSum", ["product"], "y")], 5);
  expect(got).toEqual([15]);
});

test.each<readonly [TestNode, RegExp]>([
  [node("Concat", ["x", "x"], "y", floats({ axis: 0.5 })), /takes axis as a whole number, got 0.5/],
  [node("Elu", ["x"], "y", { alpha: "much" }), /takes alpha as a number, got "much"/],
  [node("MeanVarianceNormalization", ["x"], "y"), /takes the form of operator sets from 9 on/],
])("what is no number is refused: %j", (one, why) => {
  expect(() => predicted([one], 8)).toThrow(why);
});

test.each([["x", "two"], ["x", "", "three"], ["x", "two", ""]])("copies of %s and %s alone are refused", (...of) => {
  const why = /Tile.*takes a number of copies and an axis, got \d and \d/;
  expect(() => predicted([node("Tile", of, "y")], 5)).toThrow(why);
});
