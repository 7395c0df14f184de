/** Scores of boxes that survive suppression are explained like any other. */
import { loadOnnx } from "@relprop/models";
import { LRP } from "@relprop/lrp";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
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
