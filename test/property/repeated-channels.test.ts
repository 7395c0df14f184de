/** A picture of one channel that constants make three of is explained like the three, added up. */
import { epsilon, epsilonPlus, epsilonPlusFlat, everywhere, inputXGradient, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import type { Model } from "@relprop/layers";
import { relativeError, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { float, int64, node, onnx, type TestNode } from "../../packages/models/test/onnx/write-onnx.ts";

const numbers = (size: number, seed: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.fround(Math.sin(seed + 1.7 * i)));
const constants = {
  mean: float([0.485, 0.456, 0.406], [3, 1, 1]), deviation: float([0.229, 0.224, 0.225], [3, 1, 1]),
  f: float(numbers(3 * 3 * 9, 1), [3, 3, 3, 3]), b: float([0.1, -0.2, 0.3]), w: float(numbers(48 * 2, 2), [48, 2]),
  one: float(numbers(9, 3), [1, 1, 3, 3]), g: float([0.5, -2, 1], [3, 1, 1]), flat: int64(0, -1),
};
const behind = [
  node("Conv", ["n", "f", "b"], "c"), node("Relu", ["c"], "r"), node("Reshape", ["r", "flat"], "v"),
  node("MatMul", ["v", "w"], "y"),
];
const normalized = [node("Sub", ["x", "mean"], "s"), node("Div", ["s", "deviation"], "n"), ...behind];
const within: readonly TestNode[] = [
  node("Conv", ["x", "one"], "o"), node("Relu", ["o"], "p"), node("Mul", ["p", "g"], "n"), ...behind,
];

function read(nodes: readonly TestNode[], channels: number, size: number): Model {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const kept = Object.fromEntries(Object.entries(constants).filter(([name]) => used.has(name)));
  return loadOnnx(onnx({ nodes, constants: kept, inputs: { x: ["N", channels, size, size] }, outputs: ["y"] }));
}

test.each([
  ["epsilonPlusFlat", epsilonPlusFlat()], ["epsilonPlus", epsilonPlus()], ["epsilon", everywhere(epsilon())],
])("normalised at the input, by %s", (_, rules) => {
  const gray = new Tensor([1, 1, 6, 6], Float32Array.from(numbers(36, 5)));
  const three = new Tensor([1, 3, 6, 6], Float32Array.from([1, 2, 3].flatMap(() => numbers(36, 5))));
  const [got, want] = [[1, gray], [3, three]].map(([channels, x]) =>
    new LRP(prepare(read(normalized, channels as number, 6)), rules).analyze(x as Tensor, { target: 1 }));
  expect(relativeError(got!.output.data, want!.output.data)).toBeLessThan(1e-6);
  const { data } = want!.relevance;
  const sums = Array.from({ length: 36 }, (_, i) => data[i]! + data[36 + i]! + data[72 + i]!);
  expect(relativeError(got!.relevance.data, Float32Array.from(sums))).toBeLessThan(1e-5);
});

test("within the network: outputs, gradients, conservation", () => {
  const model = read(within, 1, 8);
  const x = new Tensor([1, 1, 8, 8], Float32Array.from(numbers(64, 7)));
  const { relevance } = inputXGradient(model).analyze(x, { target: 0 });
  const scoreAt = (step: number): number =>
    model.predict(new Tensor(x.shape, x.data.map((value) => value * (1 + step)))).data[0]!;
  // The derivative along x is the sum of gradient × input.
  const along = (scoreAt(2 ** -10) - scoreAt(-(2 ** -10))) / 2 ** -9;
  expect(relevance.data.reduce((a, b) => a + b, 0)).toBeCloseTo(along, 2);
  const { relevance: R, conservation: { totals } } = new LRP(prepare(model), epsilonPlus()).analyze(x, { target: 0 });
  const lost = totals.bias + totals.stabilizer + totals.dead + totals.ended + totals.other;
  expect(R.data.reduce((a, b) => a + b, 0) + lost).toBeCloseTo(1, 4);
});

test("a picture without an axis for samples is normalised like one with it: nothing ends at the means", () => {
  const nodes = [node("Sub", ["x", "mean"], "s"), node("Div", ["s", "deviation"], "d"),
    node("Unsqueeze", ["d", "front"], "n"), ...behind];
  const used = { ...constants, front: int64(0) };
  const read = (shape: readonly (number | string)[], all: readonly TestNode[]): Model =>
    loadOnnx(onnx({ nodes: all, constants: used, inputs: { x: shape }, outputs: ["y"] }));
  const x = Float32Array.from(numbers(108, 4));
  const got = new LRP(prepare(read([3, 6, 6], nodes)), epsilonPlusFlat())
    .analyze(new Tensor([3, 6, 6], x), { target: 1 });
  const want = new LRP(prepare(read(["N", 3, 6, 6], normalized)), epsilonPlusFlat())
    .analyze(new Tensor([1, 3, 6, 6], x), { target: 1 });
  expect(got.conservation.totals.ended).toBe(0);
  expect(relativeError(got.relevance.data, want.relevance.data)).toBeLessThan(1e-6);
});
