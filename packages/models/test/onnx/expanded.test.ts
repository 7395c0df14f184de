import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, node, onnx, type TestTensor } from "./write-onnx.ts";

const silu = (z: number): number => z / (1 + Math.exp(-z));

test("a gated unit is one input by the other's sigmoid", () => {
  const model = loadOnnx(onnx({ nodes: [node("SwiGLU", ["x", "b"], "y")], constants: { b: float([3, -2]) },
    inputs: { x: ["N", 2] }, outputs: ["y"] }, 28));
  const want = [silu(1) * 3, silu(-2) * -2].map((value): unknown => expect.closeTo(value, 5));
  expect([...model.predict(tensor([[1, -2]])).data]).toEqual(want);
});

test("a causal convolution goes on from its state, and hands the end of what it read on", () => {
  const w: TestTensor = { shape: [1, 1, 3], values: [1, 10, 100] };
  const made = { op: "CausalConvWithState", outputs: ["y", "state"] };
  const file = (inputs: readonly string[], attributes = {}): Uint8Array => onnx({
    nodes: [{ ...made, inputs, attributes }], constants: { w, b: float([0.5]) },
    inputs: { x: ["N", 1, "T"], ...(inputs.length > 3 ? { past: ["N", 1, 2] } : {}) }, outputs: ["y", "state"],
  }, 27);
  const x = tensor([[[1, 2, 3]]]);
  const numbers = (values: readonly { readonly data: Float32Array }[]): unknown => values.map(({ data }) => [...data]);
  expect(numbers(loadOnnx(file(["x", "w"])).forward(x))).toEqual([[100, 210, 321], [2, 3]]);
  const past = tensor([[[7, 8]]]);
  expect(numbers(loadOnnx(file(["x", "w", "b", "past"])).forward(x, past))).toEqual([[187.5, 218.5, 321.5], [2, 3]]);
  const [gated] = loadOnnx(file(["x", "w"], { activation: "silu" })).forward(x);
  expect(gated!.data[0]).toBeCloseTo(silu(100), 3);
});
