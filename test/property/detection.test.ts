/** Scores of boxes that survive suppression are explained like any other. */
import { loadOnnx } from "@relprop/models";
import { attnLRP, inputGradient, LRP, mambaLRP, prepare } from "@relprop/lrp";
import type { Model } from "@relprop/layers";
import { ones, tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { float, int64, node, onnx } from "../../packages/models/test/onnx/write-onnx.ts";

test("the score of a chosen box goes back through suppression to what made it", () => {
  const nodes = [
    node("MatMul", ["x", "w"], "s"), node("Reshape", ["s", "form"], "scores"),
    node("NonMaxSuppression", ["boxes", "scores", "most", "iou", "least"], "chosen"),
    node("GatherND", ["scores", "chosen"], "kept"),
  ];
  // The second box lies on the first one.
  const boxes = float([0, 0, 1, 1, 0, 0, 1, 1.1, 5, 5, 6, 6], [1, 3, 4]);
  const constants = {
    w: float([1, 0, 0, 2, 1, 1], [2, 3]), boxes, form: int64(1, 1, 3), most: int64(3), iou: float([0.5]),
    least: float([0]),
  };
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [1, 2] }, outputs: ["kept"] }));
  const x = tensor([[3, 1]]);
  const explained = (box: number): readonly number[] => {
    const one = tensor([0, 1].map((each) => Number(each === box)));
    const { relevance, output, conservation } = new LRP(model).analyze(x, { target: one });
    expect([...output.data]).toEqual([5, 1]);
    expect(conservation.totals.ended).toBe(0);
    return [...relevance.data];
  };
  expect(explained(0)).toEqual([0.6, 0.4].map((value): unknown => expect.closeTo(value, 6)));
  expect(explained(1)).toEqual([0, 1].map((value): unknown => expect.closeTo(value, 6)));
});

describe("an extent as boxes are decoded, exp(d) · size, is a product like any other", () => {
  const nodes = [
    node("MatMul", ["x", "wd"], "d"), node("MatMul", ["x", "ws"], "size"), node("Exp", ["d"], "e"),
    node("Mul", ["e", "size"], "y"),
  ];
  const constants = { wd: float([0.5, 0.25], [2, 1]), ws: float([1, 3], [2, 1]) };
  const read = (all = nodes): Model => loadOnnx(onnx({ nodes: all, constants, inputs: { x: [1, 2] }, outputs: ["y"] }));
  const x = tensor([[1, 2]]);

  test("whose factors share alike", () => {
    expect(prepare(read()).describe()).not.toMatch(/state/);
    for (const preset of [attnLRP, mambaLRP]) {
      const { relevance, conservation } = new LRP(prepare(read()), preset()).analyze(x, { target: 0 });
      // Of either half d = 0.5 + 0.5 gives its inputs 1/2 and 1/2, size = 1 + 6 gives them 1/7 and 6/7.
      expect([...relevance.data]).toEqual([1 / 4 + 1 / 14, 1 / 4 + 6 / 14].map((r): unknown => expect.closeTo(r, 5)));
      expect(conservation.totals.ended).toBe(0);
    }
  });

  test("softplus(d) · size with both from the same input too", () => {
    const soft = nodes.map((each, i) => (i === 2 ? node("Softplus", ["d"], "e") : each));
    expect(prepare(read(soft)).describe()).not.toMatch(/state/);
  });
});

test("the gradient of a norm of zeros is 0", () => {
  for (const nodes of [
    [node("ReduceL2", ["x"], "y", { axes: [2, 3] })],
    [node("LpPool", ["x"], "y", { kernel_shape: [2, 2] })],
    [node("LpPool", ["x"], "y", { kernel_shape: [2, 2], p: 3 })],
    [node("GlobalLpPool", ["x"], "y", { p: 3 })],
  ]) {
    const model = loadOnnx(onnx({ nodes, inputs: { x: [1, 2, 2, 2] }, outputs: ["y"] }));
    const x = tensor([[[[0, 0], [0, 0]], [[0, 0], [0, -3]]]]);
    const { relevance } = inputGradient(model).analyze(x, { target: ones([1, 2, 1, 1]) });
    expect([...relevance.data].map((value) => value + 0)).toEqual([0, 0, 0, 0, 0, 0, 0, -1]);
  }
});
