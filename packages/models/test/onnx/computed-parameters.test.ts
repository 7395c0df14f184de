/** Weights, scales and bounds that the network computes give what constants of the same numbers give. */
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

const numbers = (size: number, seed: number, low = -1): readonly number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(low + (2 * ((i * 7919 + seed * 4111) % 101)) / 101));

const shape = [2, 4, 5, 6];
const channels = (seed: number, low?: number): TestTensor => float(numbers(4, seed, low), [4]);

type Case = readonly [of: string, made: TestNode, parameters: Readonly<Record<string, TestTensor>>];

const strided = { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1], dilations: [1, 2] };
const cases: readonly Case[] = [
  ["a convolution", node("Conv", ["x", "w"], "y"), { w: float(numbers(24, 1), [3, 4, 2, 1]) }],
  ["a convolution in groups, with a bias", node("Conv", ["x", "w", "b"], "y", { ...strided, group: 2 }), {
    w: float(numbers(72, 2), [6, 2, 3, 2]), b: float(numbers(6, 3)),
  }],
  ["a bias alone", node("Conv", ["x", "w", "b"], "y", strided), {
    w: float(numbers(72, 4), [3, 4, 3, 2]), b: float(numbers(3, 5)),
  }],
  ...["SAME_UPPER", "SAME_LOWER"].map((auto_pad): Case => [
    `a convolution, ${auto_pad}`, node("Conv", ["x", "w"], "y", { strides: [1, 3], dilations: [2, 1], auto_pad }),
    { w: float(numbers(48, 6), [2, 4, 3, 2]) },
  ]),
  ["a transposed convolution", node("ConvTranspose", ["x", "w"], "y"), { w: float(numbers(48, 7), [4, 3, 2, 2]) }],
  ["a transposed convolution in groups, with a bias", node("ConvTranspose", ["x", "w", "b"], "y", {
    ...strided, group: 2, output_padding: [1, 0],
  }), { w: float(numbers(72, 8), [4, 3, 3, 2]), b: float(numbers(6, 2)) }],
  ["a transposed convolution that pads", node("ConvTranspose", ["x", "w"], "y", {
    strides: [2, 3], auto_pad: "SAME_UPPER",
  }), { w: float(numbers(72, 1), [4, 2, 3, 3]) }],
  ...[{ output_shape: [9, 14] }, { output_shape: [12, 20], auto_pad: "SAME_UPPER" }].map((wanted): Case => [
    `a transposed convolution to ${wanted.output_shape.join(" × ")}`,
    node("ConvTranspose", ["x", "w"], "y", { strides: [2, 3], ...wanted }), { w: float(numbers(72, 1), [4, 2, 3, 3]) },
  ]),
  ["batch normalisation", node("BatchNormalization", ["x", "g", "b", "m", "v"], "y", { epsilon: { float: 0.125 } }), {
    g: channels(1), b: channels(2), m: channels(3), v: channels(4, 0.25),
  }],
  ["instance normalisation", node("InstanceNormalization", ["x", "g", "b"], "y"), { g: channels(1), b: channels(2) }],
  ["layer normalisation", node("LayerNormalization", ["x", "g", "b"], "y", { axis: -2 }), {
    g: float(numbers(30, 1), [5, 6]), b: float(numbers(30, 2), [5, 6]),
  }],
  ["group normalisation", node("GroupNormalization", ["x", "g", "b"], "y", { num_groups: 2 }), {
    g: channels(1), b: channels(2),
  }],
  ["slopes", node("PRelu", ["x", "s"], "y"), { s: float(numbers(4, 1), [4, 1, 1]) }],
  ["bounds", node("Clip", ["x", "l", "h"], "y"), { l: float([-0.25], []), h: float([0.5], []) }],
  ["a lower bound", node("Clip", ["x", "l"], "y"), { l: float([-0.25], []) }],
];

// Each parameter alone, and all of them.
const computed = cases.flatMap(([of, made, parameters]) => {
  const names = Object.keys(parameters);
  const choices = names.length > 1 ? [...names.map((name) => [name]), names] : [names];
  return choices.map((free) => [`${of}: ${free.join(", ")}`, { made, parameters, free }] as const);
});

test.each(computed)("%s", (_, { made, parameters, free }) => {
  const x = new Tensor(shape, Float32Array.from(numbers(240, 9)));
  const want = loadOnnx(onnx({ nodes: [made], constants: parameters, inputs: { x: shape }, outputs: ["y"] }, 21));
  const given = Object.entries(parameters).filter(([name]) => free.includes(name));
  const kept = Object.fromEntries(Object.entries(parameters).filter(([name]) => !free.includes(name)));
  // The parameter is what the network makes of an input.
  const nodes = [...given.map(([name]) => node("Neg", [`${name} of`], name)), made];
  const inputs = { x: shape, ...Object.fromEntries(given.map(([name, tensor]) => [`${name} of`, tensor.shape])) };
  const got = loadOnnx(onnx({ nodes, constants: kept, inputs, outputs: ["y"] }, 21));
  const fed = given.map(([, tensor]) => new Tensor(tensor.shape, Float32Array.from(tensor.values, (value) => -value)));
  const [y, expected] = [got.predict(x, ...fed), want.predict(x)];
  expect(y.shape).toEqual(expected.shape);
  expected.data.forEach((value, i) => expect(y.data[i]).toBeCloseTo(value, 5));
});

test("slopes that differ between samples are those of each", () => {
  const constants = { s: float([2, 3], [2, 1]) };
  const nodes = [node("PRelu", ["x", "s"], "y")];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [2, 2] }, outputs: ["y"] }));
  expect([...model.predict(new Tensor([2, 2], Float32Array.of(-1, 1, -1, 1))).data]).toEqual([-2, 1, -3, 1]);
});

test.each([
  ["a list", [4], node("MatMul", ["x", "w"], "y"), float(numbers(8, 1), [4, 2])],
  ["lists of one length", ["n", 4], node("MatMul", ["w", "x"], "y"), float(numbers(6, 1), [2, 3])],
])("a first axis that is open is no batch where the constants say how long it is: %s", (_, extents, made, w) => {
  const open = ["n", ...extents.slice(1)];
  const model = loadOnnx(onnx({ nodes: [made], constants: { w }, inputs: { x: open }, outputs: ["y"] }));
  const taken = open.length === 1 ? [4] : [3, 4];
  expect(model.predict(new Tensor(taken, new Float32Array(taken.reduce((a, b) => a * b)))).shape)
    .toEqual(open.length === 1 ? [2] : [2, 4]);
});

test.each([
  [{ kernel_shape: [2, 3] }, /kernel \[2, 3\], got \[3, 2\]/], [{ group: 0 }, /at least 1/],
  [{ kernel_shape: [3, 2], strides: [1] }, /strides/], [{ kernel_shape: [3, 2], pads: [1, 1] }, /4 pads/],
])("kernels that cannot be are refused: %j", (attributes, why) => {
  const nodes = [node("Conv", ["x", "w"], "y", attributes)];
  expect(() => loadOnnx(onnx({ nodes, inputs: { x: shape, w: [3, 4, 3, 2] }, outputs: ["y"] }))).toThrow(why);
});

test("kernels whose extents only the node states are bounded like any work", () => {
  const nodes = [node("Conv", ["x", "w"], "y", { kernel_shape: [2 ** 20, 2 ** 20] })];
  expect(() => loadOnnx(onnx({ nodes, inputs: { x: shape, w: [3, 4, "h", "w"] }, outputs: ["y"] })))
    .toThrow(/takes work on at most/);
});

test("a transposed convolution by a computed kernel to a stated output_shape needs the extents of its input", () => {
  const nodes = [node("ConvTranspose", ["x", "w"], "y", { output_shape: [10, 12] })];
  expect(() => loadOnnx(onnx({ nodes, inputs: { x: [2, 4, "h", 6], w: [4, 3, 2, 2] }, outputs: ["y"] })))
    .toThrow(/takes output_shape of inputs whose extents the file says, got open ones/);
});
