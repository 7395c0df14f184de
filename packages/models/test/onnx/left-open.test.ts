/** Where runtimes decide what the standard leaves open: points between elements, ranges of nothing, open extents. */
import { tensor, type NestedNumbers } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

function predicted(
  nodes: readonly TestNode[], numbers: NestedNumbers, constants: Readonly<Record<string, TestTensor>> = {},
): readonly number[] {
  const x = tensor(numbers);
  return [...loadOnnx(onnx({ nodes, constants, inputs: { x: [...x.shape] }, outputs: ["y"] })).predict(x).data];
}

test.each([
  ["the plain form", {}], ["any form", { antialias: 1 }],
])("a scale is the number that its float stands for, where points are rounded to elements: %s", (_, more) => {
  // The point of the second is 1.5 / 0.6 − 0.5 = 2, though the float of 0.6 is above it.
  const how = { mode: "nearest", coordinate_transformation_mode: "half_pixel", nearest_mode: "floor", ...more };
  const resize = node("Resize", ["x", "", "scales"], "y", how);
  expect(predicted([resize], [[[1, 2, 3, 4]]], { scales: float([1, 1, 0.6]) })).toEqual([1, 3]);
});

test("what quantises by the range of its input makes zeros of zeros", () => {
  const nodes: readonly TestNode[] = [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "s", "z"] },
    node("DequantizeLinear", ["q", "s", "z"], "y"),
  ];
  expect(predicted(nodes, [0, 0])).toEqual([0, 0]);
});

test("vectors of which every extent is open may be of different lengths", () => {
  const nodes = [node("MatMul", ["a", "w"], "h"), node("MatMul", ["b", "v"], "s"), node("Add", ["h", "s"], "y")];
  const constants = { w: float([1, 2, 3, 4, 5, 6], [3, 2]), v: float([1, 0, 0, 1], [2, 2]) };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { a: ["n"], b: ["m"] }, outputs: ["y"] }));
  expect([...model.predict(tensor([1, 1, 1]), tensor([1, 2])).data]).toEqual([10, 14]);
});
