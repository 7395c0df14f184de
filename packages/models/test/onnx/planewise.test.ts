/** A convolution of each channel for itself at the input is its normalisation. */
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

const constants: Readonly<Record<string, TestTensor>> = {
  w: float([0.5, 0.25, -2], [3, 1, 1, 1]), b: float([1, -1, 0.5]), wide: float([1, 2, 3, 4, 5, 6], [6, 1, 1, 1]),
  two: float([2], []), own: float([0.5, 0, 0, 0, 0.25, 0, 0, 0, -2], [3, 3, 1, 1]),
  mixed: float([0.5, 0, 0, 0, 0.25, 1, 0, 0, -2], [3, 3, 1, 1]), k: float([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]),
};
const read = (nodes: readonly TestNode[]): ReturnType<typeof loadOnnx> =>
  loadOnnx(onnx({ nodes, constants, inputs: { x: ["N", 3, "H", "W"] }, outputs: ["y"] }));
const kinds = (nodes: readonly TestNode[]): readonly string[] => read(nodes).nodes.map(({ layer }) => layer.kind);

test("it is read as a scale and a shift", () => {
  const nodes = [node("Conv", ["x", "w", "b"], "h", { group: 3 }), node("Relu", ["h"], "y")];
  expect(kinds(nodes)).toEqual(["Scale", "Relu"]);
  const x = tensor([[[[1, -2]], [[8, 0]], [[-1, 1]]]]);
  expect([...read(nodes).predict(x).data]).toEqual([1.5, 0, 1, 0, 2.5, 0]);
  expect(kinds([node("Mul", ["x", "two"], "m"), node("Conv", ["m", "w"], "h", { group: 3 }), node("Relu", ["h"], "y")]))
    .toEqual(["Scale", "Scale", "Relu"]);
});

test("a kernel of all channels that mixes none is one too", () => {
  const [own, planes] = [{}, { group: 3 }].map((how, i) =>
    read([node("Conv", ["x", i === 0 ? "own" : "w", "b"], "h", how), node("Relu", ["h"], "y")]));
  expect(own!.nodes.map(({ layer }) => layer.kind)).toEqual(["Scale", "Relu"]);
  const x = tensor([[[[1, -2]], [[8, 0]], [[-1, 1]]]]);
  expect([...own!.predict(x).data]).toEqual([...planes!.predict(x).data]);
});

test("behind a convolution it belongs to that", () => {
  const own = node("Conv", ["c", "w", "b"], "h", { group: 3 });
  const nodes = [node("Conv", ["x", "k"], "c"), own, node("Relu", ["h"], "y")];
  expect(kinds(nodes)).toEqual(["Conv", "Scale", "Relu"]);
});

test.each<readonly [string, readonly TestNode[]]>([
  ["with a stride", [node("Conv", ["x", "w"], "y", { group: 3, strides: [2, 2] })]],
  ["with a border", [node("Conv", ["x", "w"], "y", { group: 3, pads: [1, 1, 1, 1] })]],
  ["that makes more channels", [node("Conv", ["x", "wide"], "y", { group: 3 })]],
  ["that mixes channels", [node("Conv", ["x", "mixed"], "y")]],
  ["behind an activation", [node("Relu", ["x"], "h"), node("Conv", ["h", "w"], "y", { group: 3 })]],
])("one %s stays a convolution", (_, nodes) => {
  expect(kinds(nodes)).toContain("Conv");
});
