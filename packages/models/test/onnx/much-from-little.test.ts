/** Files of a few bytes that speak of much: refused in a sentence before there are lists of it. */
import { expect, test } from "vitest";
import { loadOnnx, ModelFormatError } from "../../src/index.ts";
import { node, onnx, type TestAttribute, type TestGraph, type TestNode } from "./write-onnx.ts";

const floats = (...values: readonly number[]): TestAttribute => ({ floats: values });
const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);
const open = { q: ["n", "t", "d"], k: ["n", "t", "e"], v: ["n", "t", "e"] } as const;
const heads = { q_num_heads: 2 ** 30, kv_num_heads: 1 };
const classifier = (classes: number, attributes: TestNode["attributes"] = {}): TestGraph => ({
  nodes: [{
    op: "SVMClassifier", domain: "ai.onnx.ml", inputs: ["x"], outputs: ["label", "y"], attributes: {
      kernel_type: "LINEAR", classlabels_ints: Array.from({ length: classes }, (_, i) => i),
      vectors_per_class: ones(classes), support_vectors: floats(...ones(classes)),
      coefficients: floats(...ones(classes)), rho: floats(0), prob_a: floats(1), prob_b: floats(1),
      ...attributes,
    },
  }],
  inputs: { x: ["n", 1] }, outputs: ["y"],
});

test.each<readonly [string, TestGraph, number, RegExp]>([
  ["heads of attention", { nodes: [node("Attention", ["q", "k", "v"], "y", heads)], inputs: open, outputs: ["y"] }, 23,
    /takes work on at most/],
  ["a kernel that the network computes", {
    nodes: [node("Conv", ["x", "w"], "y", { kernel_shape: [2000, 2000] })],
    inputs: { x: ["n", 1, "h", "w"], w: ["a", "b", "c", "d"] }, outputs: ["y"],
  }, 17, /takes work on at most/],
  ["pairs of classes", classifier(3000), 17, /takes work on at most/],
  ["vectors of a class", classifier(3, { vectors_per_class: [4, -2, 1] }), 17, /takes numbers of vectors >= 0, got -2/],
  ["an axis of old operators", {
    nodes: [node("Add", ["x", "w"], "y", { broadcast: 1, axis: -(2 ** 40) })], inputs: { x: [1, 4, 8], w: [4] },
    outputs: ["y"],
  }, 6, /takes an axis where 1 more fit into 3, got -1099511627776/],
])("%s", (_, graph, opset, why) => {
  const bytes = onnx(graph, opset);
  expect(() => loadOnnx(bytes)).toThrow(ModelFormatError);
  expect(() => loadOnnx(bytes)).toThrow(why);
});
