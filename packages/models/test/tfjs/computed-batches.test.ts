/** Planes that are taken apart into the batch, padded by what their extents leave over. */
import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

const whole = { dtype: { type: "DT_INT32" } };
const lists: Readonly<Record<string, readonly number[]>> = { one: [1], both: [2], twos: [2, 2], zeros: [0, 0] };
const bytes = new Uint8Array(Object.values(lists).flatMap((list) => [...new Uint8Array(Int32Array.from(list).buffer)]));
const model = loadTfjs(JSON.stringify({
  format: "graph-model",
  modelTopology: { node: [
    { name: "x", op: "Placeholder", attr: { shape: { shape: { dim: [1, -1, -1, 1].map((size) => ({ size })) } } } },
    ...Object.keys(lists).map((name) => ({ name, op: "Const", attr: whole })),
    { name: "shape", op: "Shape", input: ["x"] },
    { name: "extents", op: "Slice", input: ["shape", "one", "both"] },
    { name: "rest", op: "FloorMod", input: ["extents", "twos"] },
    { name: "widths", op: "Pack", input: ["zeros", "rest"], attr: { axis: { i: "1" } } },
    { name: "apart", op: "SpaceToBatchND", input: ["x", "twos", "widths"] },
    { name: "relu", op: "Relu", input: ["apart"] },
    { name: "together", op: "BatchToSpaceND", input: ["relu", "twos", "widths"] },
  ] },
  weightsManifest: [{
    paths: ["w"],
    weights: Object.entries(lists).map(([name, { length }]) => ({ name, shape: [length], dtype: "int32" })),
  }],
  signature: { outputs: { apart: { name: "apart:0" }, together: { name: "together:0" } } },
}), [bytes]);

test.each([
  [2, 3, [0, 2, 1, 0, 3, 5, 4, 0]], [3, 2, [0, 4, 1, 5, 2, 0, 3, 0]], [2, 2, [0, 1, 2, 3]],
])("planes of %i × %i", (height, width, parts) => {
  const x = new Tensor([1, height, width, 1], Float32Array.from({ length: height * width }, (_, i) => i));
  const [apart, together] = model.forward(x);
  expect(apart!.shape).toEqual([4, Math.ceil(height / 2), Math.ceil(width / 2), 1]);
  expect([...apart!.data]).toEqual(parts);
  expect(together!.shape).toEqual(x.shape);
  expect(together!.data).toEqual(x.data);
});
