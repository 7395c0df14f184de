import { alphaBeta, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { relativeError, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { float, node, onnx, type TestNode, type TestTensor } from "../../models/test/onnx/write-onnx.ts";

const int8 = (values: readonly number[], shape: readonly number[] = [values.length]): TestTensor =>
  ({ shape, values, type: "int8" });
const scalar = (value: number): TestTensor => float([value], []);
const round = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const clamped = (x: number): number => Math.min(Math.max(x, -128), 127);

test("between QuantizeLinear and DequantizeLinear numbers are rounded forwards and pass backwards", () => {
  const constants = { s: scalar(0.1), z: int8([3], []), w: float([1, 2, -1, 1, 1, 1], [3, 2]) };
  const nodes = [
    node("QuantizeLinear", ["x", "s", "z"], "q"), node("Reshape", ["q", "shape"], "r"),
    node("DequantizeLinear", ["r", "s", "z"], "d"), node("MatMul", ["d", "w"], "y"),
  ];
  const shape: TestTensor = { shape: [2], values: [0, 3], type: "int64" };
  const model = loadOnnx(onnx({ nodes, constants: { ...constants, shape }, inputs: { x: ["N", 3] }, outputs: ["y"] }));
  const x = tensor([[0.26, -0.349, 99]]);
  const rounded = [0.3, -0.3, 12.4];
  const want = [rounded[0]! - rounded[1]! + rounded[2]!, 2 * rounded[0]! + rounded[1]! + rounded[2]!];
  model.predict(x).data.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 5));
  const { relevance } = new LRP(model).analyze(x, { target: 0 });
  relevance.data.forEach((value, i) => expect(value / relevance.data[0]!).toBeCloseTo(
    [rounded[0]!, -rounded[1]!, rounded[2]!][i]! / rounded[0]!, 4));
});

test("a quantised convolution gives the very levels that its file says", () => {
  const w = int8([1, -2, 3, 4, 5, -6], [2, 1, 3]);
  const constants = {
    xs: scalar(0.05), xz: int8([-4], []), w, ws: float([0.02, 0.03]), wz: int8([0, 0]), ys: scalar(0.04),
    yz: int8([7], []), b: { shape: [2], values: [10, -20], type: "int32" } as TestTensor,
  };
  const nodes = [
    node("QuantizeLinear", ["x", "xs", "xz"], "q"),
    node("QLinearConv", ["q", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"], "c"),
    node("MaxPool", ["c"], "p", { kernel_shape: [2] }),
    node("DequantizeLinear", ["p", "ys", "yz"], "y"),
  ];
  const levels = (name: string): TestNode[] => nodes.slice(0, name === "c" ? 2 : 4);
  const load = (name: string): ReturnType<typeof loadOnnx> =>
    loadOnnx(onnx({ nodes: levels(name), constants, inputs: { x: ["N", 1, 5] }, outputs: [name] }));
  const x = tensor([[[0.31, -0.42, 0.77, 1.2, -0.9]]]);
  const q = [...x.data].map((value) => clamped(round(Math.fround(value / Math.fround(0.05))) - 4) + 4);
  const want = [0, 1].flatMap((o) => [0, 1, 2].map((at) => {
    const sum = [0, 1, 2].reduce((total, t) => total + q[at + t]! * w.values[3 * o + t]!, [10, -20][o]!);
    return clamped(round((sum * 0.05 * [0.02, 0.03][o]!) / 0.04) + 7);
  }));
  expect([...load("c").run(x)[0]!.data]).toEqual(want);
  const pooled = [0, 1, 3, 4].map((i) => (Math.max(want[i]!, want[i + 1]!) - 7) * 0.04);
  load("y").predict(x).data.forEach((value, i) => expect(value).toBeCloseTo(pooled[i]!, 5));
  const { relevance } = new LRP(load("y")).analyze(x, { target: 0 });
  expect(relevance.data.some((value) => value !== 0)).toBe(true);
});

test("scales that follow from the values are no part of what is explained", () => {
  const constants = { w: int8([1, 2, 3, -4, 5, 6], [3, 2]), s: scalar(0.01) };
  const nodes: TestNode[] = [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "qs", "qz"] },
    node("MatMulInteger", ["q", "w", "qz"], "i"), node("Cast", ["i"], "f", { to: 1 }), node("Mul", ["f", "qs"], "g"),
    node("Mul", ["g", "s"], "y"),
  ];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", 3] }, outputs: ["y"] }));
  const x = tensor([[1, -0.5, 0.25]]);
  const exact = [(1 - 0.5 * 3 + 0.25 * 5) * 0.01, (2 + 0.5 * 4 + 0.25 * 6) * 0.01];
  model.predict(x).data.forEach((value, i) => expect(Math.abs(value - exact[i]!)).toBeLessThan(0.06 * 0.01 * 5));
  const { relevance } = new LRP(model).analyze(x, { target: 1 });
  expect(relevance.data[0]! / relevance.data[1]!).toBeCloseTo(2 / 2, 1);
});

test("what is added behind the scales that follow from the values is the product's own bias", () => {
  // Eight bits hold the values: the scale is 1.
  const x = tensor([[255, 51, 0]]);
  const [levels, bias, factors] = [[1, 2, 3, -4, 5, 6], [7, -20], [0.125, 0.5]];
  const scaled = levels.map((level, i) => level * factors[i % 2]!);
  const dynamic: readonly TestNode[] = [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "qs", "qz"] },
    node("MatMulInteger", ["q", "w", "qz"], "i"), node("Cast", ["i"], "f", { to: 1 }),
    node("Mul", ["qs", "s"], "scale"), node("Mul", ["f", "scale"], "g"), node("Add", ["g", "b"], "y"),
  ];
  const floats = [node("MatMul", ["x", "w"], "g"), node("Add", ["g", "b"], "y")];
  const [got, want] = [
    { nodes: dynamic, constants: { w: int8(levels, [3, 2]), s: float(factors), b: float(bias) } },
    { nodes: floats, constants: { w: float(scaled, [3, 2]), b: float(bias) } },
  ].map((graph) => prepare(loadOnnx(onnx({ ...graph, inputs: { x: ["N", 3] }, outputs: ["y"] }))));
  expect(relativeError(got!.predict(x).data, want!.predict(x).data)).toBeLessThan(1e-6);
  for (const target of [0, 1]) {
    const [own, plain] = [got!, want!].map((model) => new LRP(model, alphaBeta(2, 1)).analyze(x, { target }).relevance);
    expect(relativeError(own!.data, plain!.data)).toBeLessThan(1e-5);
  }
});

test("scales that differ between samples, too, are what the file says", () => {
  const constants = { w: int8([1, 2, 3, -4, 5, 6], [3, 2]), s: float([1, 2, 3, 4], [2, 2]) };
  const nodes: readonly TestNode[] = [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "qs", "qz"] },
    node("MatMulInteger", ["q", "w", "qz"], "i"), node("Cast", ["i"], "f", { to: 1 }),
    node("Mul", ["qs", "s"], "scale"), node("Mul", ["f", "scale"], "y"),
  ];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [2, 3] }, outputs: ["y"] }));
  expect([...model.predict(tensor([[255, 1, 0], [1, 0, 2]])).data]).toEqual([258, 2 * 506, 3 * 11, 4 * 14]);
});

test("what would lose relevance in silence is refused", () => {
  const constants = { s: scalar(0.1), z: int8([3], []), other: int8([4], []) };
  const through = (...nodes: readonly TestNode[]): (() => unknown) => () => loadOnnx(onnx({
    nodes: [node("QuantizeLinear", ["x", "s", "z"], "q"), ...nodes], constants, inputs: { x: ["N", 3] }, outputs: ["y"],
  }));
  expect(through(node("DequantizeLinear", ["q", "s", "other"], "y"))).toThrow("takes the zero point that input 0 was");
  expect(through(node("Add", ["q", "q"], "y"))).toThrow("takes quantised values dequantised, or moved about");
  expect(through(node("Cast", ["q"], "y", { to: 1 }))).toThrow("takes quantised values whose zero point is 0");
});
