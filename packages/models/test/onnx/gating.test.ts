/** Products of which one factor weighs the other, by what that factor is made of. */
import type { Gating } from "@relprop/layers";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode } from "./write-onnx.ts";

/** What the last product of nodes that make y from h and u `[N, 2]` is. */
function gatingOfLast(nodes: readonly TestNode[]): Gating | undefined {
  const constants = { w1: float([1, 2, 3, 4], [2, 2]), w2: float([4, 3, 2, 1], [2, 2]), last: int64(-1) };
  const linear = [node("MatMul", ["x", "w1"], "h"), node("MatMul", ["x", "w2"], "u")];
  const model = loadOnnx(onnx({ nodes: [...linear, ...nodes], constants, inputs: { x: ["N", 2] }, outputs: ["y"] }));
  return (model.nodes.at(-1)!.layer as { readonly gating?: Gating }).gating;
}

test("a value times a function of itself is a unit, which gates another signal", () => {
  const unit = [node("Tanh", ["h"], "t"), node("Mul", ["h", "t"], "a")];
  expect(gatingOfLast([...unit, node("Mul", ["a", "u"], "y")])).toEqual({ factor: 0, as: "gate" });
  expect(gatingOfLast([...unit, node("Mul", ["u", "a"], "y")])).toEqual({ factor: 1, as: "gate" });
  expect(gatingOfLast([node("Tanh", ["h"], "t"), node("Mul", ["t", "u"], "y")])).toBeUndefined();
});

test("a contraction of a value with itself is a sum of squares, with another it is none", () => {
  const divided = (other: string): readonly TestNode[] => [
    node("Einsum", ["h", other], "s", { equation: "ni,ni->n" }), node("Unsqueeze", ["s", "last"], "k"),
    node("Sqrt", ["k"], "d"), node("Div", ["h", "d"], "y"),
  ];
  expect(gatingOfLast(divided("h"))).toEqual({ factor: 1, as: "deviation" });
  expect(gatingOfLast(divided("u"))?.as).not.toBe("deviation");
});
