/** Networks that calculate in whole numbers: relevance is that of the floats they stand for. */
import { epsilonPlus, epsilonPlusFlat, LRP, prepare, type PreparedModel } from "@relprop/lrp";
import { loadOnnx } from "@relprop/models";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { float, node, onnx, type TestNode, type TestTensor } from "../../packages/models/test/onnx/write-onnx.ts";

/** Numbers that eighths hold, so that rounding to eighths and to parts of them changes nothing. */
const eighths = (size: number, seed: number): readonly number[] =>
  Array.from({ length: size }, (_, i) => (((i * 7919 + seed * 104729) % 17) - 8) / 8);

const int8 = (values: readonly number[], extents: readonly number[] = []): TestTensor =>
  ({ shape: extents, values, type: "int8" });
const scale = (value: number): TestTensor => float([value], []);

const shape = [1, 2, 4, 4];
const size = 32;
const other = eighths(size, 3);
const weight = eighths(2 * size * 3, 5);
const filters = eighths(2 * 2 * 2 * 2, 9);

const scales = {
  s8: scale(1 / 8), s16: scale(1 / 16), s32: scale(1 / 32), s64: scale(1 / 64), z: int8([3]), o: int8([0]),
};
const q8 = ["s8", "z"] as const;

interface Pair {
  /** Of whole numbers, from `q` to `r`. */
  readonly quantized: readonly TestNode[];
  readonly constants?: Readonly<Record<string, TestTensor>>;
  /** The scale of what comes out. */
  readonly out: string;
  /** Of floats, from `x` to `y`. */
  readonly floats: readonly TestNode[];
  readonly floatConstants?: Readonly<Record<string, TestTensor>>;
  /** The extents of what comes out. */
  readonly size: number;
}

const contributed = (op: string, inputs: readonly string[], output: string, attributes = {}): TestNode =>
  ({ ...node(op, inputs, output, attributes), domain: "com.microsoft" });

const stored = { c: int8(other.map((value) => value * 8 + 3), shape) };
const bare = { c: float(other, shape) };
const pool = { kernel_shape: [2, 2], strides: [2, 2] };
const last = { perm: [0, 2, 3, 1] };

const pairs: Readonly<Record<string, Pair>> = {
  "a sum with a constant": {
    quantized: [contributed("QLinearAdd", ["q", ...q8, "c", ...q8, ...q8], "r")], constants: stored, out: "s8", size,
    floats: [node("Add", ["x", "c"], "y")], floatConstants: bare,
  },
  "a sum with itself, scaled": {
    quantized: [contributed("QLinearAdd", ["q", ...q8, "q", ...q8, "s16", "o"], "r")], out: "s16", size,
    floats: [node("Add", ["x", "x"], "y")],
  },
  "a product": {
    quantized: [contributed("QLinearMul", ["q", ...q8, "c", ...q8, "s64", "o"], "r")], constants: stored, out: "s64",
    floats: [node("Mul", ["x", "c"], "y")], floatConstants: bare, size,
  },
  "a leaky rectifier": {
    quantized: [contributed("QLinearLeakyRelu", ["q", ...q8, "s16", "o"], "r", { alpha: { float: 0.5 } })], out: "s16",
    floats: [node("LeakyRelu", ["x"], "y", { alpha: { float: 0.5 } })], size,
  },
  "means of windows": {
    quantized: [contributed("QLinearAveragePool", ["q", ...q8, "s32", "o"], "r", pool)], out: "s32", size: 8,
    floats: [node("AveragePool", ["x"], "y", pool)],
  },
  "means of windows, channels last": {
    quantized: [
      node("Transpose", ["q"], "t", last),
      contributed("QLinearAveragePool", ["t", ...q8, "s32", "o"], "r", { ...pool, channels_last: 1 }),
    ],
    out: "s32", size: 8, floats: [node("AveragePool", ["x"], "p", pool), node("Transpose", ["p"], "y", last)],
  },
  "things put together": {
    quantized: [contributed("QLinearConcat", ["s16", "o", "q", ...q8, "c", ...q8], "r", { axis: 1 })], out: "s16",
    constants: stored, floats: [node("Concat", ["x", "c"], "y", { axis: 1 })], floatConstants: bare, size: 2 * size,
  },
  "a choice": {
    quantized: [contributed("QLinearWhere", ["m", "q", ...q8, "c", ...q8, ...q8], "r")], out: "s8", size,
    constants: { ...stored, m: { shape, values: other.map((_, i) => i % 2), type: "bool" } },
    floats: [node("Where", ["m", "x", "c"], "y")],
    floatConstants: { ...bare, m: { shape, values: other.map((_, i) => i % 2), type: "bool" } },
  },
  "a convolution": {
    quantized: [
      contributed("QLinearConv", ["q", ...q8, "f", "s8", "o", "s64", "o"], "r", { kernel_shape: [2, 2] }),
    ],
    constants: { f: int8(filters.map((value) => value * 8), [2, 2, 2, 2]) }, out: "s64", size: 18,
    floats: [node("Conv", ["x", "f"], "y")], floatConstants: { f: float(filters, [2, 2, 2, 2]) },
  },
};

const head = [node("Flatten", ["y"], "flat"), node("MatMul", ["flat", "w"], "score")];

function network(nodes: readonly TestNode[], constants: Readonly<Record<string, TestTensor>>): PreparedModel {
  return prepare(loadOnnx(onnx({ nodes: [...nodes, ...head], constants, inputs: { x: shape }, outputs: ["score"] })));
}

describe.each(Object.entries(pairs))("%s", (_, pair) => {
  const { quantized, constants = {}, out, floats, floatConstants = {}, size: n } = pair;
  const w = float(weight.slice(0, n * 3), [n, 3]);
  const zero = out === "s8" ? "z" : "o";
  const whole = network([
    node("QuantizeLinear", ["x", ...q8], "q"), ...quantized, node("DequantizeLinear", ["r", out, zero], "y"),
  ], { ...scales, ...constants, w });
  const real = network(floats, { ...floatConstants, w });
  const x = new Tensor(shape, Float32Array.from(eighths(size, 1), (value) => Math.round(value * 4) / 8));

  test("has the relevance of floats", () => {
    for (const rules of [undefined, epsilonPlus()]) {
      const [got, want] = [whole, real].map((model) => new LRP(model, rules).analyze(x, { target: 1 }));
      expect(relativeError(got!.output.data, want!.output.data)).toBeLessThan(1e-6);
      expect(relativeError(got!.relevance.data, want!.relevance.data)).toBeLessThan(1e-4);
    }
  });

  test("says that relevance passes rounding by", () => {
    const said: unknown = expect.stringMatching(/^(\d+ nodes round|node ".+" rounds) to whole numbers, .*dequan/);
    expect(whole.remarks).toEqual([said]);
    expect(whole.describe()).toContain(whole.remarks[0]);
    expect(real.remarks).toEqual([]);
  });
});

describe("what is quantised while the network runs", () => {
  // From -100 to 155: the scale is 1, and rounding changes nothing.
  const levels = Float32Array.from({ length: size }, (_, i) => [-100, 155][i] ?? ((i * 37) % 251) - 96);
  const x = new Tensor(shape, levels);
  const f = filters.map((value) => value * 8);
  const constants = {
    f: int8(f, [2, 2, 2, 2]), s: scale(1 / 8), many: float([1 / 8, 1 / 4], [2, 1, 1]),
    b: float([30, -40], [1, 2, 1, 1]), w: float(weight.slice(0, 54), [18, 3]),
  };
  const dynamic = (by: string): readonly TestNode[] => [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["q", "sx", "zx"] },
    node("ConvInteger", ["q", "f", "zx"], "i"), node("Cast", ["i"], "c", { to: 1 }), node("Mul", ["sx", by], "m"),
    node("Mul", ["c", "m"], "p"), node("Add", ["p", "b"], "a"), node("Relu", ["a"], "y"),
  ];

  test.each([["s", [1, 1]], ["many", [1, 2]]] as const)("has the bias within its product: %s", (by, factors) => {
    const scaled = f.map((value, i) => (value / 8) * factors[Math.floor(i / 8)]!);
    const whole = network(dynamic(by), constants);
    const real = network(
      [node("Conv", ["x", "f", "b"], "a"), node("Relu", ["a"], "y")],
      { f: float(scaled, [2, 2, 2, 2]), b: float([30, -40]), w: constants.w },
    );
    for (const rules of [epsilonPlus(), epsilonPlusFlat()]) {
      const [got, want] = [whole, real].map((model) => new LRP(model, rules).analyze(x, { target: 1 }));
      expect(relativeError(got!.output.data, want!.output.data)).toBeLessThan(1e-6);
      expect(relativeError(got!.relevance.data, want!.relevance.data)).toBeLessThan(1e-5);
    }
  });
});

test("rounding at the input leaves the first convolution the first", () => {
  const product = [node("Conv", ["d", "f"], "y")];
  const constants = { f: float(filters, [2, 2, 2, 2]), w: float(weight.slice(0, 54), [18, 3]), ...scales };
  const whole = network([node("QuantizeLinear", ["x", ...q8], "q"), node("DequantizeLinear", ["q", ...q8], "d"),
    ...product], constants);
  const real = network([node("Conv", ["x", "f"], "y")], constants);
  const x = new Tensor(shape, Float32Array.from(eighths(size, 1)));
  const [got, want] = [whole, real].map((model) => new LRP(model, epsilonPlusFlat()).analyze(x, { target: 0 }));
  expect(relativeError(got!.relevance.data, want!.relevance.data)).toBeLessThan(1e-6);
});

describe("quantised values cast to", () => {
  const cast = (to: number, zero: string): PreparedModel =>
    network([node("QuantizeLinear", ["x", ...q8], "q"), node("Cast", ["q"], "r", { to }),
      node("DequantizeLinear", ["r", "s8", zero], "d"), node("Conv", ["d", "f"], "y")], {
      f: float(filters, [2, 2, 2, 2]), w: float(weight.slice(0, 54), [18, 3]), ...scales,
      wide: { shape: [], values: [3], type: "int32" },
    });

  test.each([["their own format, as PyTorch writes it", 3, "z"], ["a wider one", 6, "wide"]])("%s", (_, to, zero) => {
    const real = network([node("Conv", ["x", "f"], "y")],
      { f: float(filters, [2, 2, 2, 2]), w: float(weight.slice(0, 54), [18, 3]) });
    const x = new Tensor(shape, Float32Array.from(eighths(size, 1)));
    const [got, want] = [cast(to, zero), real].map((model) => new LRP(model, epsilonPlus()).analyze(x, { target: 1 }));
    expect(relativeError(got!.output.data, want!.output.data)).toBeLessThan(1e-6);
    expect(relativeError(got!.relevance.data, want!.relevance.data)).toBeLessThan(1e-6);
  });

  test("one that does not hold them is refused", () => {
    expect(() => cast(2, "z")).toThrow(/takes quantised values dequantised/);
  });
});
