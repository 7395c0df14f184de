/** Files that were exported for one sample take more of them only where these stay apart. */
import { integers, ones, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

const constants: Readonly<Record<string, TestTensor>> = {
  w: float(Array.from({ length: 12 }, (_, i) => Math.sin(i)), [4, 3]), zero: int64(0), one: int64(1),
  table: float(Array.from({ length: 20 }, (_, i) => Math.cos(i)), [5, 4]),
  flat: int64(-1, 4), apart: int64(-1, 1, 4), frames: int64(1, -1, 4),
};

const read = (nodes: readonly TestNode[], shape: readonly number[], more = {}): ReturnType<typeof loadOnnx> =>
  loadOnnx(onnx({ nodes, constants, inputs: { x: shape }, outputs: ["y"], ...more }));

const end = (from: string): TestNode => node("MatMul", [from, "w"], "y");

test.each<readonly [string, readonly TestNode[], string]>([
  ["the first row", [node("Slice", ["x", "zero", "one", "zero"], "h"), end("h")], '"Slice_0" (Slice) would mix them'],
  ["a sample by number", [
    node("Gather", ["x", "zero"], "h", { axis: 0 }), end("h"),
  ], '"Gather_0" (Gather) would mix them'],
  ["a norm of everything", [
    node("ReduceL2", ["x"], "n", { keepdims: 1 }), node("Div", ["x", "n"], "h"), end("h"),
  ], "would mix them"],
  ["frames that were merged into the batch", [
    node("Reshape", ["x", "apart"], "r"),
    node("AveragePool", ["r"], "c", { kernel_shape: [2], strides: [1], pads: [1, 0] }),
    node("Reshape", ["c", "frames"], "f"),
    node("ReduceMean", ["f"], "h", { axes: [1], keepdims: 0 }), end("h"),
  ], "would mix them"],
  ["shapes of one sample alone", [node("Reshape", ["x", "row"], "r"), end("r")], "takes what makes [4]"],
])("%s keeps a file to one sample", (_, nodes, why) => {
  const more = { constants: { ...constants, row: int64(4) } };
  const shape = why.includes("[4]") ? [1, 4] : [1, 2, 4];
  const given = nodes[0]!.op === "Slice" || nodes[0]!.op === "ReduceL2" ? [1, 4] : shape;
  const model = read(nodes, given, more);
  expect(model.inputs[0]!.shape).toEqual(given);
  expect(model.remarks[0]).toContain("takes one sample at a time, as exported: ");
  expect(model.remarks[0]).toContain(why);
  expect(model.predict(ones(given)).data.every(Number.isFinite)).toBe(true);
  expect(() => model.predict(ones([3, ...given.slice(1)]))).toThrow(/takes .*\[1, /);
});

test("positions in a batch of one, which follow from the input, keep a file to one sample", () => {
  const nodes = [
    node("Gather", ["table", "x"], "e"), node("ArgMax", ["x"], "at", { axis: 1, keepdims: 0 }),
    node("Reshape", ["e", "flat"], "rows"), node("Gather", ["rows", "at"], "h"), end("h"),
  ];
  const model = read(nodes, [1, 3], { integers: ["x"] });
  expect(model.inputs[0]!.shape).toEqual([1, 3]);
  expect(model.remarks[0]).toContain("(Gather) would mix them");
  const [first, other] = [[1, 4, 2], [2, 0, 3]].map((ids) => model.predict(integers(ids, [1, 3], "int64")).data);
  expect(first).not.toEqual(other);
});

test("samples that stay apart are any number, whichever axis they move to", () => {
  const moved = [
    node("Transpose", ["x"], "t", { perm: [1, 0, 2] }), node("Gather", ["t", "one"], "g", { axis: 0 }),
    node("Squeeze", ["g", "zero"], "s"), end("s"),
  ];
  const model = read(moved, [1, 2, 4]);
  expect(model.inputs[0]!.shape).toEqual([undefined, 2, 4]);
  expect(model.remarks).toEqual([]);
  const x = tensor([[[1, 2, 3, 4], [5, 6, 7, 8]], [[0, 1, 0, 1], [1, 0, 1, 0]]]);
  expect(model.predict(x).shape).toEqual([2, 3]);
});
