/** Samples of 16 bits that a network makes floats of are explained like floats. */
import { epsilonPlus, inputXGradient, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { Integers, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { float, node, onnx } from "../../packages/models/test/onnx/write-onnx.ts";

const samples = Int16Array.from({ length: 20 }, (_, i) => Math.round(9000 * Math.sin(1.3 * i)));
const constants = {
  scale: float([2 ** -15], []), f: float([0.5, -1, 0.25, 1, 0.5, -0.75], [2, 1, 3]),
};
const behind = [
  node("Mul", ["h", "scale"], "s"), node("Conv", ["s", "f"], "c"), node("Relu", ["c"], "r"),
  node("ReduceMean", ["r"], "y", { axes: [2], keepdims: 0 }),
];

test("their relevance is that of floats", () => {
  const sound = loadOnnx(onnx({
    nodes: [node("Cast", ["x"], "h", { to: 1 }), ...behind], constants, inputs: { x: [1, 1, 20] }, outputs: ["y"],
  }, 17, 5));
  const floats = loadOnnx(onnx({
    nodes: behind.map((each, i) => (i === 0 ? node("Mul", ["x", "scale"], "s") : each)), constants,
    inputs: { x: [1, 1, 20] }, outputs: ["y"],
  }));
  expect(sound.inputs[0]!.type).toBe("int16");
  const [x, z] = [new Integers([1, 1, 20], samples, "int16"), new Tensor([1, 1, 20], Float32Array.from(samples))];
  const got = new LRP(prepare(sound), epsilonPlus()).analyze(x, { target: 1 });
  const want = new LRP(prepare(floats), epsilonPlus()).analyze(z, { target: 1 });
  expect(want.relevance.data.some((value) => value > 0)).toBe(true);
  expect(got.relevance.data).toEqual(want.relevance.data);
  const [a, b] = [inputXGradient(sound).analyze(x, { target: 0 }), inputXGradient(floats).analyze(z, { target: 0 })];
  expect(a.relevance.data).toEqual(b.relevance.data);
});
