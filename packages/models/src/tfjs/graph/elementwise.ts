/** Operators on one number, or on two that meet, at a time. */
import { tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import { broadcastFirst, TYPES, type Rewrite, type Said } from "./rewrite.ts";
import type { GraphOperator } from "./graph-operator.ts";

/** Elementwise operators. */
export const elementwise: readonly (readonly [string, GraphOperator])[] = [
  ...([
    ["Abs", "Abs"], ["Acos", "Acos"], ["Acosh", "Acosh"], ["Asin", "Asin"], ["Asinh", "Asinh"], ["Atan", "Atan"],
    ["Atanh", "Atanh"], ["Ceil", "Ceil"], ["Cos", "Cos"], ["Cosh", "Cosh"], ["Elu", "Elu"], ["Erf", "Erf"],
    ["Exp", "Exp"], ["Floor", "Floor"], ["Log", "Log"], ["LogicalNot", "Not"], ["Neg", "Neg"],
    ["Reciprocal", "Reciprocal"],
    ["Relu", "Relu"], ["Round", "Round"], ["Selu", "Selu"], ["Sigmoid", "Sigmoid"], ["Sign", "Sign"], ["Sin", "Sin"],
    ["Sinh", "Sinh"], ["Tan", "Tan"], ["IsInf", "IsInf"], ["IsNan", "IsNaN"],
    ["Softplus", "Softplus"], ["Softsign", "Softsign"], ["Sqrt", "Sqrt"], ["Tanh", "Tanh"],
  ] as const).map(([name, op]): readonly [string, GraphOperator] => [name, (node, to) => unary(node, to, op)]),
  ["Relu6", (node, to) => unary(node, to, "Clip", [to.tensor(tensor(0)), to.tensor(tensor(6))])],
  ["ClipByValue", (node, to) => unary(node, to, "Clip", node.inputs.slice(1).map((name) => to.plain(name)))],
  ["LeakyRelu", (node, to) => unary(node, to, "LeakyRelu", [], { alpha: { float: node.says.float("alpha") ?? 0.2 } })],
  ["Square", (node, to) => binary({ ...node, inputs: [node.inputs[0]!, node.inputs[0]!] }, to, "Mul")],
  ["Rsqrt", (node, to) => nested(node, to, "Reciprocal", "Sqrt")],
  ["Log1p", (node, to) => {
    to.make(node, "Log", [to.step(node, "Add", [to.plain(node.inputs[0]!), to.tensor(tensor(1))])]);
  }],
  ["Expm1", (node, to) => to.make(node, "Sub", [to.step(node, "Exp", operands(node, to)), to.tensor(tensor(1))])],
  ["IsFinite", (node, to) => {
    const [x] = operands(node, to) as [string];
    const lost = to.step(node, "Or", [to.step(node, "IsNaN", [x]), to.step(node, "IsInf", [x])]);
    to.make(node, "Not", [lost]);
  }],
  ["Prelu", (node, to) => binary(node, to, "PRelu")],
  ["Cast", (node, to) => {
    const type = node.says.type("DstT");
    const code = TYPES.get(type ?? "");
    if (code === undefined) {
      throw new RangeError(`takes casts to ${[...TYPES.keys()].join(", ")}, got ${type ?? "none"}`);
    }
    unary(node, to, "Cast", [], { to: code });
  }],
  ...([
    ["Add", "Add"], ["AddV2", "Add"], ["BitwiseAnd", "BitwiseAnd"], ["Equal", "Equal"], ["Greater", "Greater"],
    ["GreaterEqual", "GreaterOrEqual"], ["Less", "Less"], ["LessEqual", "LessOrEqual"], ["LogicalAnd", "And"],
    ["LogicalOr", "Or"], ["Maximum", "Max"], ["Minimum", "Min"], ["Mul", "Mul"], ["Pow", "Pow"],
    ["Sub", "Sub"],
  ] as const).map(([name, op]): readonly [string, GraphOperator] => [name, (node, to) => binary(node, to, op)]),
  ["AddN", (node, to) => binary(node, to, "Sum")],
  ["NotEqual", (node, to) => to.make(node, "Not", [to.step(node, "Equal", operands(node, to))])],
  ["SquaredDifference", (node, to) => {
    const difference = to.step(node, "Sub", operands(node, to));
    to.make(node, "Mul", [difference, difference]);
  }],
  ["FloorMod", (node, to) => {
    if (isWhole(node)) return to.make(node, "Mod", operands(node, to));
    const [a, b] = operands(node, to) as [string, string];
    const times = to.step(node, "Floor", [to.step(node, "Div", [a, b])]);
    return to.make(node, "Sub", [a, to.step(node, "Mul", [times, b])]);
  }],
  ["FloorDiv", (node, to) => {
    const [a, b] = operands(node, to) as [string, string];
    if (!isWhole(node)) return to.make(node, "Floor", [to.step(node, "Div", [a, b])]);
    return wholeQuotient(node, to);
  }],
  ["BiasAdd", biased],
  ["Div", quotient], ["RealDiv", quotient],
  ["DivNoNan", (node, to) => {
    const [a, b] = operands(node, to) as [string, string];
    const [zero, one] = [to.tensor(tensor(0)), to.tensor(tensor(1))];
    const isZero = to.step(node, "Equal", [b, zero]);
    // What is not taken must stay finite too: relevance that is 0 there would become NaN.
    const divided = to.step(node, "Div", [a, to.step(node, "Where", [isZero, one, b])]);
    to.make(node, "Where", [isZero, zero, divided]);
  }],
  ["Atan2", angle],
  ["Select", (node, to) => {
    // A list chooses whole samples here, where ONNX' operator would choose along the last axis.
    const condition = to.constant(node.inputs[0]);
    if (condition?.shape.length === 1 && condition.size > 1) {
      throw new RangeError("takes conditions of the shape of its values, got a list of them");
    }
    to.make(node, "Where", operands(node, to));
  }],
  ["SelectV2", (node, to) => to.make(node, "Where", operands(node, to))],
];

function operands(node: GraphNode, to: Rewrite): readonly string[] {
  return node.inputs.map((name) => to.plain(name));
}

function isWhole(node: GraphNode): boolean {
  return (node.says.type("T") ?? "DT_FLOAT").includes("INT");
}

function unary(
  node: GraphNode, to: Rewrite, op: string, more: readonly string[] = [], says: Readonly<Record<string, Said>> = {},
): void {
  const [x = ""] = node.inputs;
  const rank = to.rankOf(x);
  if (rank !== undefined) to.makeFirst(node, op, [to.first(x, rank), ...more], says, rank);
  else to.make(node, op, [to.plain(x), ...more], says);
}

function nested(node: GraphNode, to: Rewrite, outer: string, inner: string): void {
  const [x = ""] = node.inputs;
  const rank = to.rankOf(x);
  if (rank !== undefined) to.makeFirst(node, outer, [to.step(node, inner, [to.first(x, rank)])], {}, rank);
  else to.make(node, outer, [to.step(node, inner, [to.plain(x)])]);
}

/** With channels behind the batch where all operands are there that way, or are constants that can be laid so. */
export function binary(node: GraphNode, to: Rewrite, op: string): void {
  const constants = node.inputs.map((name) => to.constant(name));
  const rank = node.inputs.map((name) => to.rankOf(name)).find((known) => known !== undefined);
  const fits = (name: string, i: number): boolean =>
    to.rankOf(name) === rank || (constants[i]?.shape.length ?? Infinity) <= rank!;
  if (rank === undefined || !node.inputs.every(fits)) return to.make(node, op, operands(node, to));
  const inputs = node.inputs.map((name, i) => {
    const constant = constants[i];
    if (constant === undefined) return to.first(name, rank);
    return constant.shape.length === 0 ? to.plain(name) : to.tensor(broadcastFirst(constant, rank));
  });
  return to.makeFirst(node, op, inputs, {}, rank);
}

/** Along the channels, wherever the file has them. */
function biased(node: GraphNode, to: Rewrite): void {
  if (node.says.text("data_format") !== "NCHW") return binary(node, to, "Add");
  const bias = to.constant(node.inputs[1]);
  if (bias === undefined) throw new RangeError("takes a constant bias, got the output of a node");
  to.make(node, "Add", [to.plain(node.inputs[0]!), to.tensor(bias.reshape([bias.size, 1, 1]))]);
}

function quotient(node: GraphNode, to: Rewrite): void {
  if (isWhole(node)) wholeQuotient(node, to);
  else binary(node, to, "Div");
}

/** ONNX cuts off, TensorFlow rounds down: what is left over has the sign of the divisor. */
function wholeQuotient(node: GraphNode, to: Rewrite): void {
  const [a, b] = operands(node, to) as [string, string];
  to.make(node, "Div", [to.step(node, "Sub", [a, to.step(node, "Mod", [a, b])]), b]);
}

/** `atan(y / x)`, and half a turn more or less where x < 0. */
function angle(node: GraphNode, to: Rewrite): void {
  const [y, x] = operands(node, to) as [string, string];
  const [zero, one, turn] = [0, 1, Math.PI].map((value) => to.tensor(tensor(value))) as [string, string, string];
  const isZero = to.step(node, "Equal", [x, zero]);
  const slope = to.step(node, "Div", [y, to.step(node, "Where", [isZero, one, x])]);
  const below = to.step(node, "Less", [y, zero]);
  const half = to.step(node, "Where", [below, to.tensor(tensor(-Math.PI)), turn]);
  const more = to.step(node, "Where", [to.step(node, "Less", [x, zero]), half, zero]);
  const steep = to.step(node, "Mul", [to.step(node, "Sign", [y]), to.tensor(tensor(Math.PI / 2))]);
  const usual = to.step(node, "Add", [to.step(node, "Atan", [slope]), more]);
  to.make(node, "Where", [isZero, steep, usual]);
}
