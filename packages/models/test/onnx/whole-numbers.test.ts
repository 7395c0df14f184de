import { Integers, type Value } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { node, onnx, type TestAttribute, type TestTensor } from "./write-onnx.ts";

const input = (...values: readonly number[]): Integers => new Integers([values.length], Float64Array.from(values));

/** What a node makes of 64-bit whole numbers cast to a format first. */
function made(
  op: string, to: number, inputs: readonly Integers[], attributes: Readonly<Record<string, TestAttribute>> = {},
): Value {
  const names = inputs.map((_, i) => `x${i}`);
  const nodes = names.map((name) => node("Cast", [name], `${name}c`, { to }));
  const model = loadOnnx(onnx({
    nodes: [...nodes, node(op, names.map((name) => `${name}c`), "y", attributes)],
    inputs: Object.fromEntries(names.map((name, i) => [name, [inputs[i]!.size]])), outputs: ["y"],
  }, 18, 7));
  return model.run(...inputs)[0]!;
}

const [U8, I8, I32, I64, U64] = [2, 3, 6, 7, 13];

test.each<[string, number, readonly Integers[], readonly number[]]>([
  ["Add", I8, [input(100, -100), input(100, -100)], [-56, 56]],
  ["Sub", U8, [input(3), input(5)], [254]],
  ["Mul", I32, [input(123456789), input(987654321)], [Math.imul(123456789, 987654321)]],
  ["Div", I32, [input(-7, 7), input(2, -2)], [-3, -3]],
  ["Mod", I8, [input(-7, 7, -6), input(3, -3, 3)], [2, -2, 0]],
  ["Pow", I32, [input(-3, 46341), input(3, 2)], [-27, -2147479015]],
  ["BitwiseXor", U8, [input(12), input(10)], [6]],
  ["Neg", I8, [input(-128)], [-128]],
  ["BitwiseNot", U8, [input(1)], [254]],
])("%s of whole numbers wraps around, and cuts off", (op, type, inputs, want) => {
  expect([...made(op, type, inputs).data]).toEqual(want);
});

test.each<[string, number, readonly Integers[], string]>([
  ["Mul", I64, [input(2 ** 40), input(2 ** 40)], "takes whole numbers of 64 bits that stay within ±2^53, got more"],
  ["Sub", U64, [input(3), input(5)], "takes whole numbers of 64 bits that stay within 0 and 2^53, got more"],
  ["Div", I32, [input(1), input(0)], "takes whole numbers divided by others than 0, got 0"],
  ["BitShift", I32, [input(1), input(-(2 ** 31))], "takes shifts >= 0, got -2147483648"],
])("%s refuses what it cannot say exactly", (op, type, inputs, message) => {
  expect(() => made(op, type, inputs)).toThrow(message);
});

test("shifts and remainders go by their attributes", () => {
  expect([...made("BitShift", U8, [input(129), input(1)], { direction: "LEFT" }).data]).toEqual([2]);
  expect([...made("Mod", I8, [input(-7), input(3)], { fmod: 1 }).data]).toEqual([-1]);
});

test.each<[string, Record<string, TestAttribute>, Record<string, TestTensor>, readonly (readonly number[])[]]>([
  ["TopK", {}, { k: { shape: [1], values: [2], type: "int64" } }, [[9, 7], [1, 0]]],
  ["Unique", {}, {}, [[1, 7, 9], [3, 0, 1], [1, 2, 2, 0], [1, 1, 2]]],
  ["CumSum", { reverse: 1 }, { axis: { shape: [], values: [0], type: "int64" } }, [[26, 19, 10, 1]]],
  ["OneHot", {}, {
    depth: { shape: [], values: [8], type: "int64" }, values: { shape: [2], values: [5, 6], type: "int64" },
  }, [[5, 5, 5, 5, 5, 5, 5, 6, ...new Array<number>(16).fill(5), 5, 6, 5, 5, 5, 5, 5, 5]]],
])("%s of whole numbers", (op, attributes, constants, want) => {
  const outputs = want.map((_, i) => `y${i}`);
  const nodes = [{ op, inputs: ["x", ...Object.keys(constants)], outputs, attributes }];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [4] }, outputs }, 18, 7));
  expect(model.run(input(7, 9, op === "TopK" ? 1 : 9, 1)).map(({ data }) => [...data])).toEqual(want);
});

test("before operator set 7 the second operand lies along the axes that the node names", () => {
  const constants: Record<string, TestTensor> = { b: { shape: [2], values: [10, 20], type: "int64" } };
  const nodes = [node("Add", ["x", "b"], "y", { broadcast: 1, axis: 0 })];
  const model = loadOnnx(onnx({ nodes, constants, inputs: { x: [2, 2] }, outputs: ["y"] }, 6, 7));
  expect([...model.run(new Integers([2, 2], Float64Array.of(1, 2, 3, 4)))[0]!.data]).toEqual([11, 12, 23, 24]);
});
