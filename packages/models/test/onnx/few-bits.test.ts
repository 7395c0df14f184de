/** Weights that files store in few bits: networks keep them so, and give what networks of floats give. */
import type { Model } from "@relprop/layers";
import { halfFloat, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadOnnx } from "../../src/index.ts";
import { float, int64, node, onnx, type TestNode, type TestTensor } from "./write-onnx.ts";

const side = 64;
const size = side * side;
const numbers = (f: (i: number) => number): readonly number[] => Array.from({ length: size }, (_, i) => f(i));
const bits = numbers((i) => 0x2c00 + ((i * 7919) % 0x1000) + (i % 3 === 0 ? 0x8000 : 0));
const levels = numbers((i) => ((i * 7919) % 255) - 127);
const scales = Array.from({ length: side }, (_, i) => Math.fround(0.01 + i / 1000));
const zeros = Array.from({ length: side }, (_, i) => (i % 7) - 3);
const halves = bits.map(halfFloat);

const square = [side, side];
const half: TestTensor = { shape: square, values: bits, type: "half" };
const bytes: TestTensor = { shape: square, values: levels, type: "int8" };
const perAxis = { q: bytes, s: float(scales), z: { shape: [side], values: zeros, type: "int8" } as const };
const dequantized = (along: (i: number) => number): readonly number[] =>
  levels.map((level, i) => (level - zeros[along(i)]!) * scales[along(i)]!);
const row = (i: number): number => Math.floor(i / side);
const column = (i: number): number => i % side;

type Constants = Readonly<Record<string, TestTensor>>;

function network(nodes: readonly TestNode[], constants: Constants, shape: readonly (number | string)[]): Model {
  return loadOnnx(onnx({ nodes, constants, inputs: { x: shape }, outputs: ["y"] }, 21));
}

const rows = ["N", side] as const;
const planes = ["N", side, 3, 3] as const;
const product = node("MatMul", ["x", "w"], "y");
const filters = node("Reshape", ["w", "to"], "f");
const to = int64(side, side, 1, 1);

interface Case {
  readonly nodes: readonly TestNode[];
  readonly constants: Constants;
  /** The weight as floats. */
  readonly floats: readonly number[];
  readonly shape?: readonly (number | string)[];
}

const cases: readonly (readonly [string, Case])[] = [
  ["half floats", { nodes: [], constants: { w: half }, floats: halves }],
  ["half floats, cast", { nodes: [node("Cast", ["h"], "w", { to: 1 })], constants: { h: half }, floats: halves }],
  ["half floats, turned", {
    nodes: [node("Transpose", ["h"], "w")], constants: { h: half },
    floats: numbers((i) => halves[column(i) * side + row(i)]!),
  }],
  ["bytes with a scale per row", {
    nodes: [node("DequantizeLinear", ["q", "s", "z"], "w", { axis: 0 })], constants: perAxis,
    floats: dequantized(row),
  }],
  ["bytes with a scale per column", {
    nodes: [node("DequantizeLinear", ["q", "s", "z"], "w", { axis: -1 })], constants: perAxis,
    floats: dequantized(column),
  }],
  ["bytes with a scale", {
    nodes: [node("DequantizeLinear", ["q", "s"], "w")], constants: { q: bytes, s: float([0.125], []) },
    floats: levels.map((level) => level / 8),
  }],
];

const sin = (shape: readonly number[]): Tensor =>
  new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)));
const weightOf = (model: Model): Tensor =>
  model.nodes.flatMap(({ layer }) => ("weight" in layer ? [layer.weight as Tensor] : []))[0]!;

const isOfFewBits = ({ encoded }: Tensor): boolean => encoded !== undefined && encoded.turned === undefined;

test.each(cases)("%s are a dense layer's and a convolution's weight as they are stored", (_, each) => {
  const plain = { w: float(each.floats, square) };
  const conv = [filters, node("Conv", ["x", "f"], "y")];
  const uses = [[[product], rows, sin([2, side])], [conv, planes, sin([2, side, 3, 3])]] as const;
  for (const [last, shape, input] of uses) {
    const model = network([...each.nodes, ...last], { ...each.constants, to }, shape);
    const wanted = network([...last], { ...plain, to }, shape);
    expect([...model.predict(input).data]).toEqual([...wanted.predict(input).data]);
    expect([isOfFewBits(weightOf(model)), isOfFewBits(weightOf(wanted))]).toEqual([true, false]);
  }
});

test("what is calculated of half floats is calculated of their values", () => {
  const nodes = [node("Cast", ["h"], "c", { to: 1 }), node("Mul", ["c", "c"], "w"), product];
  const model = network(nodes, { h: half }, rows);
  const wanted = network([product], { w: float(halves.map((value) => value * value), square) }, rows);
  expect([...model.predict(sin([1, side])).data]).toEqual([...wanted.predict(sin([1, side])).data]);
});

test("a factor is worked into half floats as they are decoded", () => {
  const gemm = node("Gemm", ["x", "w"], "y", { alpha: { float: 0.3 } });
  const model = network([gemm], { w: half }, rows);
  const wanted = network([gemm], { w: float(halves, square) }, rows);
  expect([...model.predict(sin([1, side])).data]).toEqual([...wanted.predict(sin([1, side])).data]);
  expect(weightOf(model).encoded).toBeDefined();
});

test("whole numbers of quantised products stay bytes, less their zero points", () => {
  const nodes = [
    node("QuantizeLinear", ["x", "one", "zero"], "l"),
    node("MatMulInteger", ["l", "q", "zero", "z"], "p"), node("DequantizeLinear", ["p", "one"], "y"),
  ];
  const constants = { ...perAxis, one: float([1], []), zero: { shape: [], values: [0], type: "int8" } as const };
  const model = network(nodes, constants, rows);
  const input = new Tensor([1, side], Float32Array.from({ length: side }, (_, i) => i - 30));
  const wanted = Array.from({ length: side }, (_, o) => input.data.reduce(
    (sum, value, i) => sum + value * (levels[i * side + o]! - zeros[o]!), 0));
  expect([...model.predict(input).data]).toEqual(wanted);
  expect(weightOf(model).encoded).toBeDefined();
});

test("weights of four bits in blocks stay so", () => {
  const [k, n, block] = [70, side, 32];
  const blocks = Math.ceil(k / block);
  const packed = Array.from({ length: n * blocks * (block / 2) }, (_, i) => (i * 31) % 256);
  const steps = Array.from({ length: n * blocks }, (_, i) => Math.fround(0.1 + (i % 5) / 10));
  const dense: TestNode = {
    op: "MatMulNBits", domain: "com.microsoft", inputs: ["x", "b", "s"], outputs: ["y"],
    attributes: { K: k, N: n, bits: 4, block_size: block },
  };
  const b: TestTensor = { shape: [n, blocks, block / 2], values: packed, type: "bool" };
  const model = network([dense], { b, s: float(steps) }, ["N", k]);
  const input = sin([1, k]);
  const wanted = Array.from({ length: n }, (_, o) => input.data.reduce((sum, value, i) => {
    const byte = packed[(o * blocks * block) / 2 + (i >> 1)]!;
    const level = i % 2 === 0 ? byte & 15 : byte >> 4;
    return sum + value * (level - 8) * steps[o * blocks + Math.floor(i / block)]!;
  }, 0));
  const got = model.predict(input).data;
  got.forEach((value, o) => expect(value).toBeCloseTo(wanted[o]!, 3));
  expect(weightOf(model).encoded).toBeDefined();
});
