/** Scales per channel behind another layout of what a layer makes: explained as if they stood right behind it. */
import type { Model } from "@relprop/layers";
import { epsilonPlus, epsilonPlusFlat, LRP, prepare, type PreparedModel } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { relativeError, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  float, int64, node, onnx, type TestNode, type TestTensor,
} from "../../packages/models/test/onnx/write-onnx.ts";

const numbers = (length: number, seed: number): readonly number[] =>
  Array.from({ length }, (_, i) => (((i * 7919 + seed * 104729) % 197) - 90) / 97);
const positive = (length: number, seed: number): readonly number[] => numbers(length, seed).map((x) => 0.5 + x * x);

const statistics = {
  g: float(positive(8, 1)), h: float(numbers(8, 2)), m: float(numbers(8, 3)), v: float(positive(8, 4)),
};
const factors = statistics.g.values.map((gamma, c) => gamma / Math.sqrt(statistics.v.values[c]! + 1e-5));
const shifts = factors.map((factor, c) => statistics.h.values[c]! - statistics.m.values[c]! * factor);
const normalized = (from: string, to: string): TestNode => node("BatchNormalization", [from, "g", "h", "m", "v"], to);
const conv = node("Conv", ["x", "w"], "c", { pads: [1, 1, 1, 1] });
const rest = [
  node("Relu", ["n"], "r"), node("GlobalAveragePool", ["r"], "p"), node("Flatten", ["p"], "f"),
  node("MatMul", ["f", "o"], "y"),
];
const w = numbers(8 * 3 * 9, 5);
const constants: Readonly<Record<string, TestTensor>> =
  { w: float(w, [8, 3, 3, 3]), o: float(numbers(32, 6), [8, 4]), ...statistics };

type Extents = readonly (number | string)[];

const image: Extents = ["N", 3, 6, 6];
const open: Extents = ["N", 3, "H", "W"];

function loaded(
  nodes: readonly TestNode[], more: Readonly<Record<string, TestTensor>> = {}, shape: Extents = image, output = "y",
): Model {
  const file = { nodes, constants: { ...constants, ...more }, inputs: { x: shape }, outputs: [output] };
  return loadOnnx(onnx(file, 13));
}

const read = (...given: Parameters<typeof loaded>): PreparedModel => prepare(loaded(...given));

/** Whether both say the same, and explain it in the same way. */
function agree(got: PreparedModel, want: PreparedModel, shape: readonly number[]): void {
  const x = new Tensor(shape, Float32Array.from(numbers(shape.reduce((a, b) => a * b), 9)));
  for (const rules of [epsilonPlus(), epsilonPlusFlat()]) {
    const [one, other] = [got, want].map((model) => new LRP(model, rules).analyze(x, { target: 1 }));
    expect(relativeError(one!.output.data, other!.output.data)).toBeLessThan(1e-7);
    expect(relativeError(one!.relevance.data, other!.relevance.data)).toBeLessThan(1e-7);
  }
}

const plain = [conv, normalized("c", "n"), ...rest];
const planes = { s: int64(0, 8, -1), t: int64(0, 8, 6, 6) };
const groups = { s: int64(0, 2, 4, 6, 6), t: int64(0, 8, 6, 6) };
const behind = (...nodes: readonly TestNode[]): readonly TestNode[] =>
  [conv, node("Reshape", ["c", "s"], "a"), ...nodes, node("Reshape", ["b", "t"], "n"), ...rest];

test.each([
  ["planes as rows", behind(normalized("a", "b")), planes],
  ["planes as rows, of open extents", behind(normalized("a", "b")), planes, open],
  ["groups of channels, by arithmetic", behind(node("Mul", ["a", "k"], "i"), node("Add", ["i", "l"], "b")), {
    ...groups, k: float(factors, [2, 4, 1, 1]), l: float(shifts, [2, 4, 1, 1]),
  }],
  ["rows of channels", [
    conv, node("Transpose", ["c"], "ct", { perm: [0, 2, 3, 1] }), node("Reshape", ["ct", "s"], "a"),
    normalized("a", "b"), node("Reshape", ["b", "t"], "nt"), node("Transpose", ["nt"], "n", { perm: [0, 3, 1, 2] }),
    ...rest,
  ], { s: int64(-1, 8), t: int64(-1, 6, 6, 8) }],
] as const)("a convolution, and %s", (_, nodes, more, shape: Extents = image) => {
  agree(read(nodes, more, shape), read(plain), [2, 3, 6, 6]);
});

test.each([["N", 3, 9], ["N", 3, "T"]])("a convolution along one axis as one of planes: %j", (...shape) => {
  const kernel = numbers(8 * 3 * 3, 7);
  const end = [node("Relu", ["n"], "r"), node("GlobalAveragePool", ["r"], "p"), node("Flatten", ["p"], "f"),
    node("MatMul", ["f", "o"], "y")];
  const more = { w: float(kernel, [8, 3, 1, 3]), axis: int64(2), bias: float(numbers(8, 8), [8, 1]) };
  const got = read([
    node("Unsqueeze", ["x", "axis"], "x4"), node("Conv", ["x4", "w"], "c4"), node("Squeeze", ["c4", "axis"], "c"),
    node("Add", ["c", "bias"], "cb"), normalized("cb", "n"), ...end,
  ], more, shape);
  const want = read([node("Conv", ["x", "w", "bias"], "c"), normalized("c", "n"), ...end],
    { w: float(kernel, [8, 3, 3]), bias: float(numbers(8, 8)) }, shape);
  agree(got, want, [2, 3, 9]);
});

test("tokens of a dense layer, laid out as rows", () => {
  const end = [node("Relu", ["n"], "r"), node("ReduceMean", ["r"], "p", { axes: [1], keepdims: 0 }),
    node("MatMul", ["p", "o"], "y")];
  const more = { w: float(numbers(48, 7), [6, 8]), s: int64(-1, 8), t: int64(-1, 5, 8) };
  const got = read([
    node("MatMul", ["x", "w"], "c"), node("Reshape", ["c", "s"], "a"), normalized("a", "b"),
    node("Reshape", ["b", "t"], "n"), ...end,
  ], more, ["N", 5, 6]);
  const want = read([
    node("MatMul", ["x", "w"], "c"), node("Mul", ["c", "k"], "i"), node("Add", ["i", "l"], "n"), ...end,
  ], { ...more, k: float(factors), l: float(shifts) }, ["N", 5, 6]);
  agree(got, want, [2, 5, 6]);
});

test("a convolution of each channel for itself, behind another", () => {
  const planewise = node("Conv", ["c", "k", "l"], "n", { group: 8 });
  const more = { k: float(factors, [8, 1, 1, 1]), l: float(shifts) };
  agree(read([conv, planewise, ...rest], more), read(plain), [2, 3, 6, 6]);
});

test("channels in another order keep their own scales", () => {
  const order = [0, 4, 1, 5, 2, 6, 3, 7];
  const shuffled = read([
    conv, node("Reshape", ["c", "s"], "a"), node("Transpose", ["a"], "b", { perm: [0, 2, 1, 3, 4] }),
    node("Reshape", ["b", "t"], "d"), normalized("d", "n"), ...rest,
  ], groups);
  const want = read(plain, { w: float(order.flatMap((c) => w.slice(27 * c, 27 * c + 27)), [8, 3, 3, 3]) });
  agree(shuffled, want, [2, 3, 6, 6]);
});

test.each([
  // Eight numbers along an axis where channels and places are mixed.
  ["one that differs within a channel", behind(node("Mul", ["a", "k"], "b")), {
    s: int64(0, 36, 8), t: int64(0, 8, 6, 6), k: float(factors),
  }],
  ["one whose input is read elsewhere too", [
    conv, node("Reshape", ["c", "s"], "a"), normalized("a", "b"), node("Add", ["b", "a"], "e"),
    node("Reshape", ["e", "t"], "n"), ...rest,
  ], planes],
] as const)("%s stays where it is", (_, nodes, more) => {
  const model = loaded(nodes, more);
  expect(model.nodes[1]!.layer.kind).toBe("Reshape");
  expect(prepare(model).changes).toEqual([]);
});

test("what a file gives out stays what it is called", () => {
  const nodes = [conv, node("Reshape", ["c", "s"], "a"), normalized("a", "n")];
  const model = loaded(nodes, planes, image, "n");
  expect(model.predict(new Tensor([1, 3, 6, 6], new Float32Array(108))).shape).toEqual([1, 8, 36]);
});
