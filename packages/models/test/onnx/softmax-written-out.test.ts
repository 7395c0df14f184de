/** Exponentials over their sum are a softmax, with what exporters write around them. */
import type { Model } from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

/** A file whose y is made by these nodes from x `[N, 3]`. */
function read(nodes: readonly TestNode[], constants: Readonly<Record<string, TestTensor>> = {}): Model {
  const known = { last: int64(-1), tiny: float([1e-9], []), ...constants };
  return loadOnnx(onnx({ nodes, constants: known, inputs: { x: ["N", 3] }, outputs: ["y"] }));
}

const kinds = (model: Model): readonly string[] => model.carriers.map(({ layer }) => layer.kind);
const values = (model: Model, x: readonly number[]): readonly number[] => [...model.forward(tensor([x]))[0]!.data];
const exponentials = node("Exp", ["x"], "e");
const total = node("ReduceSum", ["e", "last"], "t", { keepdims: 1 });

test("a row that is masked throughout is zeros where the sum is guarded, and NaN where it is not", () => {
  const plain = read([exponentials, total, node("Div", ["e", "t"], "y")]);
  const guarded = read([exponentials, total, node("Add", ["t", "tiny"], "g"), node("Div", ["e", "g"], "y")]);
  expect([kinds(plain), kinds(guarded)]).toEqual([["Softmax"], ["Softmax"]]);
  const nothing = [-Infinity, -Infinity, -Infinity];
  expect([values(plain, nothing), values(guarded, nothing)]).toEqual([[NaN, NaN, NaN], [0, 0, 0]]);
  expect(values(guarded, [0, -Infinity, 0])).toEqual([0.5, 0, 0.5]);
});

test.each([
  ["before", ["hidden", "zero", "e"], [0, 0.5, 0.5]],
  ["behind", ["hidden", "e", "zero"], [1, 0, 0]],
])("zeros may stand %s the exponentials they replace", (_, inputs, expected) => {
  const hidden: TestTensor = { shape: [3], values: [1, 0, 0], type: "bool" };
  const where = [exponentials, node("Where", inputs, "w"), node("ReduceSum", ["w", "last"], "t", { keepdims: 1 })];
  const model = read([...where, node("Div", ["w", "t"], "y")], { hidden, zero: float([0], []) });
  expect(kinds(model)).toContain("Softmax");
  expect(values(model, [0, 0, 0])).toEqual(expected);
});

test("a largest score that is subtracted first is no step of the network", () => {
  const shifted = [
    node("ReduceMax", ["x", "last"], "m", { keepdims: 1 }), node("Sub", ["x", "m"], "c"), node("Exp", ["c"], "e"),
  ];
  const model = read([...shifted, total, node("Div", ["e", "t"], "y")]);
  expect(kinds(model)).toEqual(["Softmax"]);
  expect(values(model, [200, 200, -200])).toEqual([0.5, 0.5, 0]);
});

test.each<readonly [string, readonly TestNode[]]>([
  ["less the logarithm of their sum", [
    exponentials, total, node("Log", ["t"], "l"), node("Sub", ["x", "l"], "y"),
  ]],
  ["less ReduceLogSumExp", [
    node("ReduceLogSumExp", ["x"], "l", { axes: [-1], keepdims: 1 }), node("Sub", ["x", "l"], "y"),
  ]],
])("scores %s are a log-softmax", (_, nodes) => {
  const model = read(nodes);
  expect(kinds(model)).toEqual(["LogSoftmax"]);
  const want = [0.25, 0.5, 0.25].map((p): unknown => expect.closeTo(Math.log(p), 6));
  expect(values(model, [0, Math.log(2), 0])).toEqual(want);
});

test("scores less the logarithm of a guarded sum are what they say, however small that is", () => {
  const guarded = [exponentials, total, node("Add", ["t", "guard"], "g"), node("Log", ["g"], "l")];
  const model = read([...guarded, node("Sub", ["x", "l"], "y")], { guard: float([1e-6], []) });
  expect(kinds(model)).not.toContain("LogSoftmax");
  const want = [-50, -51, -50].map((x): unknown => expect.closeTo(x - Math.log(1e-6), 4));
  expect(values(model, [-50, -51, -50])).toEqual(want);
});
