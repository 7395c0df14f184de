/** Methods beside LRP where token ids look up rows. */
import { epsilon, inParts, inputXGradient, integratedGradients, LRP, occlusion, smoothGrad } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { integers, relativeError } from "@relprop/tensor";
import { expect, test } from "vitest";
import { float, node, onnx } from "../../packages/models/test/onnx/write-onnx.ts";

const table = [[1, 2], [-3, 0.5], [4, -1], [0.25, 8]];
const weights = [[1, -2], [0.5, 3]];
const model = loadOnnx(onnx({
  nodes: [
    node("Gather", ["table", "ids"], "rows"), node("Tanh", ["rows"], "bent"),
    node("ReduceMean", ["bent"], "mean", { axes: [1], keepdims: 0 }), node("MatMul", ["mean", "weights"], "y"),
  ],
  inputs: { ids: ["N", "T"] }, integers: ["ids"], outputs: ["y"],
  constants: { table: float(table.flat(), [4, 2]), weights: float(weights.flat(), [2, 2]) },
}));
const ids = integers([2, 0, 3], [1, 3]);

test("gradient × input multiplies the rows, not the ids", () => {
  const { relevance, sources } = inputXGradient(model).analyze(ids, { target: 1 });
  const rows = [2, 0, 3].map((id) => table[id]!);
  const expected = rows.flatMap((row) =>
    row.map((x, f) => (x * (1 - Math.tanh(x) ** 2) * weights[f]![1]!) / 3));
  expect(relevance.shape).toEqual([1, 3, 2]);
  expect(relativeError(relevance.data, Float32Array.from(expected))).toBeLessThan(1e-6);
  expect([...sources.values()]).toEqual([relevance]);
});

test.each([integratedGradients, smoothGrad, occlusion])("between ids there is nothing: %o", (method) => {
  const takes = `${method.name}: takes models with an input of floats, got "ids" (int64)`;
  expect(() => method(model).analyze(ids)).toThrow(takes);
});

test("passes in parts give rows the relevance that whole ones give", () => {
  const [whole, parts] = [{}, { large: inParts(0) }].map((options) =>
    new LRP(model, epsilon(0.1), options).analyze(ids));
  expect(parts!.relevance).toEqual(whole!.relevance);
  expect(parts!.sources).toEqual(whole!.sources);
  expect(parts!.conservation.rows).toEqual(whole!.conservation.rows);
});
