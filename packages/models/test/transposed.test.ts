/** Matrices turned over: products with them are those with the matrix written out. */
import { kernels, scalar, Tensor, useKernels, type Kernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { afterEach, describe, expect, test } from "vitest";
import { loadOnnx } from "../src/index.ts";
import { turnedOver } from "../src/transposed.ts";
import { float, int64, node, onnx, type TestNode } from "./onnx/write-onnx.ts";

const before = kernels();
afterEach(() => useKernels(before));

const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(7 * i + 1) * 2 ** ((i % 5) - 2));

const [rows, columns] = [101, 67];

describe.each<[string, Kernels]>([["scalar", scalar], ["simd", simd()!]])("%s", (_, set) => {
  // Few rows stream the matrix, more go in tiles.
  test.each([1, 3, 4, 37])("gives the bits of the written matrix for %i rows", (m) => {
    useKernels(set);
    const stored = new Tensor([rows, columns], noise(rows * columns));
    const turned = turnedOver(stored);
    const written = Float32Array.from({ length: rows * columns }, (_each, i) =>
      stored.data[(i % rows) * columns + Math.floor(i / rows)]!);
    expect(turned.shape).toEqual([columns, rows]);
    expect(turned.encoded?.turned).toBe(stored.data);
    expect(turned.data).toEqual(written);
    const [a, s, bias] = [noise(m * rows), noise(m * columns), noise(columns)];
    for (const bounds of [undefined, { min: -0.5, max: 0.5 }]) {
      for (const added of [undefined, bias]) {
        const [out, expected] = [new Float32Array(m * columns), new Float32Array(m * columns)];
        set.dense(m, columns, rows, a, turned.encoded!, added, out, bounds);
        set.dense(m, columns, rows, a, written, added, expected, bounds);
        expect(out).toEqual(expected);
      }
    }
    const [out, expected] = [new Float32Array(m * rows), new Float32Array(m * rows)];
    set.denseTransposed(m, columns, rows, s, turned.encoded!, out);
    set.denseTransposed(m, columns, rows, s, written, expected);
    expect(out).toEqual(expected);
  });
});

test("what is turned over twice is the matrix itself, and a small one is written out", () => {
  const large = new Tensor([64, 64], noise(4096));
  expect(turnedOver(turnedOver(large))).toBe(large);
  const small = turnedOver(new Tensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)));
  expect(small.encoded).toBeUndefined();
  expect([...small.data]).toEqual([1, 4, 2, 5, 3, 6]);
});

const [inputs, outputs] = [60, 80];
const table = noise(inputs * outputs);
const turnedTable = Array.from(table, (_, i) => table[(i % outputs) * inputs + Math.floor(i / outputs)]!);
const product = node("MatMul", ["x", "w"], "y");

// [80, 60] as a file has it, used as [60, 80] in several ways.
test.each<[string, number, readonly TestNode[]]>([
  ["turned", inputs, [node("Transpose", ["t"], "w")]],
  ["turned three times", inputs, [
    node("Transpose", ["t"], "a"), node("Transpose", ["a"], "b"), node("Transpose", ["b"], "w"),
  ]],
  ["turned and given an axis", inputs, [node("Transpose", ["t"], "a"), node("Reshape", ["a", "three"], "w")]],
  ["turned and cut anew", 30, [node("Transpose", ["t"], "a"), node("Reshape", ["a", "other"], "w")]],
])("a constant matrix, %s, is what the product reads", (_, depth, nodes) => {
  const constants = {
    t: float([...table], [outputs, inputs]), three: int64(1, inputs, outputs), other: int64(30, 2 * outputs),
  };
  const model = loadOnnx(onnx({
    nodes: [...nodes, product], constants, inputs: { x: ["N", 2, depth] }, outputs: ["y"],
  }, 17));
  const x = noise(3 * 2 * depth);
  const { data } = model.predict(new Tensor([3, 2, depth], x));
  const width = table.length / depth;
  expect(data.length).toBe(6 * width);
  data.forEach((value, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    let expected = 0;
    for (let k = 0; k < depth; k++) expected += x[row * depth + k]! * turnedTable[k * width + column]!;
    expect(value).toBeCloseTo(expected, 3);
  });
});
