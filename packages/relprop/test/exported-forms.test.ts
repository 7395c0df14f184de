/** The same network in the forms that exporters give it. */
import { epsilonPlusFlat, inputXGradient, LRP, prepare } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { Integers, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { int64, node, onnx } from "../../models/test/onnx/write-onnx.ts";

const filters = { shape: [2, 3, 3, 3], values: Array.from({ length: 54 }, (_, i) => Math.sin(i)) };

test("a softmax goes that is laid out anew by extents computed from it", () => {
  const model = prepare(loadOnnx(onnx({
    nodes: [
      node("Conv", ["x", "w"], "scores"), node("Softmax", ["scores"], "p", { axis: 1 }),
      node("Shape", ["p"], "extents"),
      node("Gather", ["extents", "one"], "channels"), node("Concat", ["batch", "channels", "rest"], "to", { axis: 0 }),
      node("Reshape", ["p", "to"], "y"),
    ],
    constants: { w: filters, one: int64(1), batch: int64(0), rest: int64(-1) },
    inputs: { x: ["N", 3, 5, 5] }, outputs: ["y"],
  })));
  expect(model.nodes.some(({ layer }) => layer.kind === "Softmax")).toBe(false);
});

test("what normalises bytes within the network prepares them, step by step too", () => {
  const model = prepare(loadOnnx(onnx({
    nodes: [
      node("Cast", ["x"], "floats", { to: 1 }), node("Div", ["floats", "most"], "shares"),
      node("Sub", ["shares", "mean"], "centred"), node("Conv", ["centred", "w"], "y"),
    ],
    constants: {
      w: filters, most: { shape: [], values: [255] }, mean: { shape: [1, 3, 1, 1], values: [0.4, 0.5, 0.6] },
    },
    inputs: { x: ["N", 3, 3, 3] }, integers: ["x"], outputs: ["y"],
  })));
  const lrp = new LRP(model, epsilonPlusFlat());
  expect(lrp.rules.rows.map(({ rule }) => rule.name)).toEqual(["gradient", "pass", "pass", "flat"]);
  const x = new Integers([1, 3, 3, 3], Float64Array.from({ length: 27 }, (_, i) => (i * 37) % 256), "int64");
  const { relevance } = lrp.analyze(x, { target: 0 });
  expect(relevance.data.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
});

test("rows looked up by positions that follow from shapes are weighed like the input", () => {
  const model = loadOnnx(onnx({
    nodes: [
      node("Shape", ["x"], "extents"), node("Gather", ["extents", "one"], "steps"),
      node("Range", ["zero", "steps", "one"], "positions"), node("Gather", ["table", "positions"], "rows"),
      node("Add", ["x", "rows"], "h"), node("MatMul", ["h", "v"], "y"),
    ],
    constants: {
      zero: { ...int64(0), shape: [] }, one: { ...int64(1), shape: [] },
      table: { shape: [5, 2], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, v: { shape: [2, 1], values: [2, -1] },
    },
    inputs: { x: ["N", "T", 2] }, outputs: ["y"],
  }));
  const x = tensor([[[1, 2], [3, 4], [5, 6]]]);
  const { relevance, sources } = inputXGradient(model).analyze(x, { target: tensor([[[1], [1], [1]]]) });
  expect([...relevance.data]).toEqual([2, -2, 6, -4, 10, -6]);
  expect([...sources.values()].map(({ data }) => [...data])).toEqual([[2, -2, 6, -4, 10, -6]]);
});
