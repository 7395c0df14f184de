import {
  Add,
  AvgPool,
  Concat,
  Dropout,
  Flatten,
  Gather,
  LocalResponseNorm,
  MatMul,
  MaxPool,
  Multiply,
  Pad,
  PRelu,
  ReduceMax,
  ReduceMean,
  ReduceSum,
  Softmax,
  SumPool,
  Transpose,
  Upsample,
  type Layer,
} from "@relprop/layers";
import { map } from "@relprop/tensor";
import { expect, test } from "vitest";
import { values } from "./closeness.ts";
import { randomTensor } from "./random.ts";

const layers: [string, Layer, number?][] = [
  ["Add", new Add(), 2],
  ["AvgPool", new AvgPool(2)],
  ["Concat", new Concat(), 2],
  ["Dropout", new Dropout()],
  ["Flatten", new Flatten()],
  ["Gather", new Gather([0])],
  ["LocalResponseNorm", new LocalResponseNorm(3)],
  ["MatMul", new MatMul(), 2],
  ["MaxPool", new MaxPool(2)],
  ["Multiply", new Multiply(), 2],
  ["Pad", new Pad([[1, 1]])],
  ["PRelu", new PRelu(randomTensor([3], 5), { axis: 1 })],
  ["ReduceMax", new ReduceMax()],
  ["ReduceMean", new ReduceMean()],
  ["ReduceSum", new ReduceSum()],
  ["Softmax", new Softmax()],
  ["SumPool", new SumPool(2)],
  ["Transpose", new Transpose([0, 2, 1, 3])],
  ["Upsample", new Upsample({ scale: 1.5, mode: "linear" })],
];

test.each(layers)("%s keeps nonnegative inputs nonnegative, as it says", (_, layer, count = 1) => {
  expect(layer.keepsSign).toBe(true);
  const inputs = Array.from({ length: count }, (_, i) => map(randomTensor([2, 3, 4, 4], i), (v) => Math.max(v, 0)));
  expect(Math.min(...values(layer.forward(...inputs)))).toBeGreaterThanOrEqual(0);
});
