/** Whole numbers that stand for floats in operators that onnxruntime adds: taken apart as what they calculate. */
import type { Operation } from "../operation.ts";
import type { Value } from "../value.ts";
import type { Operator } from "./operator.ts";
import { applied, number, whole, type Settings } from "./unrolled.ts";

/** Dequantised, calculated in floats, quantised; or multiplied as whole numbers and scaled. */
export const contributedQuantized: readonly (readonly [string, Operator])[] = ([
  ["DequantizeLinear", (op) => renamed(op, "DequantizeLinear")],
  ["DynamicQuantizeMatMul", dynamicProduct],
  ["MatMulIntegerToFloat", (op) => {
    const [a = "", b = "", aScale = "", bScale = "", aZero = "", bZero = "", bias = ""] = op.node.inputs;
    return scaled(op, multiplied(op, [a, b, aZero, bZero]), [aScale, bScale], bias);
  }],
  ["QGemm", gemm],
  ["QLinearAdd", (op) => between(op, [0, 3], 6, ([a = "", b = ""]) => applied(op, "Add", [a, b]))],
  ["QLinearAveragePool", (op) => {
    if (["ceil_mode", "count_include_pad"].every((name) => op.attributes.integer(name) === 1)) {
      throw new RangeError("takes ceil_mode where padding is not counted, got count_include_pad beside it");
    }
    return between(op, [0], 3, ([x = ""]) =>
      planes(op, x, (first) => applied(op, "AveragePool", [first], said(op, WINDOW))));
  }],
  ["QLinearConcat", (op) => {
    const starts = op.node.inputs.flatMap((_, i) => (i % 3 === 2 ? [i] : []));
    return between(op, starts, 0, (parts) => applied(op, "Concat", parts, said(op, ["axis"])));
  }],
  ["QLinearConv", (op) => {
    const [x = "", ...others] = op.node.inputs;
    const names = planes(op, x, (first) =>
      applied(op, "QLinearConv", [first, ...others], said(op, [...WINDOW, "dilations", "group"])));
    return op.graph.value(names[0]!);
  }],
  ["QLinearGlobalAveragePool", (op) => between(op, [0], 3, ([x = ""]) =>
    planes(op, x, (first) => applied(op, "GlobalAveragePool", [first])))],
  ["QLinearLeakyRelu", (op) => between(op, [0], 3, (x) => applied(op, "LeakyRelu", x, said(op, ["alpha"])))],
  ["QLinearMul", (op) => between(op, [0, 3], 6, ([a = "", b = ""]) => applied(op, "Mul", [a, b]))],
  ["QLinearReduceMean", (op) => between(op, [0], 3, ([x = ""]) => {
    const axes = op.attributes.integers("axes");
    return applied(op, "ReduceMean", axes === undefined ? [x] : [x, whole(op, axes)], said(op, ["keepdims"]));
  })],
  ["QLinearSigmoid", (op) => between(op, [0], 3, (x) => applied(op, "Sigmoid", x))],
  ["QLinearSoftmax", softmax],
  ["QLinearWhere", (op) => between(op, [1, 4], 7, (sides) =>
    applied(op, "Where", [op.node.inputs[0] ?? "", ...sides]))],
  ["QuantizeLinear", (op) => renamed(op, "QuantizeLinear")],
] as const satisfies readonly (readonly [string, Operator])[]).map(([name, operator]) =>
  [`com.microsoft.${name}`, operator]);

const WINDOW = ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"];

/** The attributes of these names that a node has. */
function said({ node }: Operation, names: readonly string[]): Settings {
  return Object.fromEntries(names.flatMap((name) => {
    const attribute = node.attributes.get(name);
    return attribute === undefined ? [] : [[name, attribute]];
  }));
}

/** The standard's operator of that name, which takes the same. */
function renamed(op: Operation, opType: string): Value {
  const { inputs, attributes } = op.node;
  return op.graph.value(applied(op, opType, inputs, said(op, [...attributes.keys()]))[0]!);
}

/** Floats calculated from quantised operands, each with its scale and zero point behind it, and quantised again. */
function between(
  op: Operation, starts: readonly number[], result: number, calculate: (names: readonly string[]) => readonly string[],
): Value {
  const { inputs } = op.node;
  const operands = starts.map((at) => applied(op, "DequantizeLinear", inputs.slice(at, at + 3))[0]!);
  const [made = ""] = calculate(operands);
  return op.graph.value(applied(op, "QuantizeLinear", [made, ...inputs.slice(result, result + 2)])[0]!);
}

/** What takes channels behind the batch, of values that may have them last. */
function planes(op: Operation, x: string, calculate: (first: string) => readonly string[]): readonly string[] {
  if ((op.attributes.integer("channels_last") ?? 0) === 0) return calculate(x);
  const value = op.valueNamed(x);
  const rank = value.kind === "flow" ? op.rank(value) : value.constant.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const [inner, last] = [axes.slice(1, -1), rank - 1];
  const [first = ""] = applied(op, "Transpose", [x], { perm: [0, last, ...inner] });
  return applied(op, "Transpose", calculate(first), { perm: [0, ...inner.map((axis) => axis + 1), 1] });
}

/** Products of whole numbers as floats. */
function multiplied(op: Operation, inputs: readonly string[]): string {
  return applied(op, "Cast", applied(op, "MatMulInteger", inputs), { to: 1 })[0]!;
}

function scaled(op: Operation, sums: string, scales: readonly string[], bias: string): Value {
  // One after the other: what a scale is that the network computes shows when it stands alone.
  const product = scales.reduce<readonly string[]>((names, scale) => applied(op, "Mul", [...names, scale]), [sums]);
  const [out = ""] = bias === "" ? product : applied(op, "Add", [...product, bias]);
  return op.graph.value(out);
}

function dynamicProduct(op: Operation): Value {
  const [a = "", b = "", bScale = "", bZero = "", bias = ""] = op.node.inputs;
  const [x = "", xScale = "", xZero = ""] = applied(op, "DynamicQuantizeLinear", [a], {}, 3);
  return scaled(op, multiplied(op, [x, b, xZero, bZero]), [xScale, bScale], bias);
}

/** `α A B + C` of whole numbers, as a float or quantised again; C has the scale of the product. */
function gemm(op: Operation): Value {
  const [a = "", aScale = "", aZero = "", b = "", bScale = "", bZero = "", c = "", scale = "", zero = ""] =
    op.node.inputs;
  const turned = (name: string, how: string): string =>
    (op.attributes.integer(how) === 1 ? applied(op, "Transpose", [name], { perm: [1, 0] })[0]! : name);
  const product = multiplied(op, [turned(a, "transA"), turned(b, "transB"), aZero, bZero]);
  const alpha = op.attributes.float("alpha") ?? 1;
  const factor = alpha === 1 ? bScale : applied(op, "Mul", [number(op, alpha), bScale])[0]!;
  const sums = c === "" ? product : applied(op, "Add", [product, ...applied(op, "Cast", [c], { to: 1 })])[0]!;
  const out = scaled(op, sums, [aScale, factor], "");
  if (scale === "") return out;
  return op.graph.value(applied(op, "QuantizeLinear", [op.graph.define(out, "sums"), scale, zero])[0]!);
}

/** Before operator set 13, what stands behind the axis counts as one. */
function softmax(op: Operation): Value {
  const version = op.attributes.integer("opset") ?? op.version;
  if ((version < 13) !== (op.version < 13)) {
    throw new RangeError(`takes the file's own operator set, ${op.version}, got ${version}`);
  }
  return between(op, [0], 3, (x) => applied(op, "Softmax", x, said(op, ["axis"])));
}
