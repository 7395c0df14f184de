/** Types that a file may not mix. */
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx } from "./write-onnx.ts";

test.each(["BitwiseAnd", "BitShift"])("%s of whole numbers and floats is refused in a sentence", (op) => {
  const file = onnx({
    nodes: [node(op, ["two", "half"], "b"), node("Cast", ["b"], "f", { to: 1 }), node("Add", ["x", "f"], "y")],
    inputs: { x: ["N", 1] }, constants: { two: int64(2), half: float([0.5]) }, outputs: ["y"],
  });
  expect(() => loadOnnx(file)).toThrow("takes whole numbers, got F32");
});
