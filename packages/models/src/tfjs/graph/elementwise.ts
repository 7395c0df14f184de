/** Operators on one number, or on two that meet, at a time. */
import { tensor, Tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import { broadcastFirst, TYPES, type Rewrite, type Said } from "./rewrite.ts";
import type { GraphOperator } from "./graph-operator.ts";

/** Elementwise operators. */
export const elementwise: readonly (readonly [string, GraphOperator])[] = [
  ...([
    ["Abs", "Abs"], ["Ceil", "Ceil"], ["Cos", "Cos"], ["Elu", "Elu"], ["Erf", "Erf"], ["Exp", "Exp"],
    ["Floor", "Floor"], ["Log", "Log"], ["LogicalNot", "Not"], ["Neg", "Neg"], ["Reciprocal", "Reciprocal"],
    ["Relu", "Relu"], ["Round", "Round"], ["Selu", "Selu"], ["Sigmoid", "Sigmoid"], ["Sign", "Sign"], ["Sin", "Sin"],
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
  ["Prelu", (node, to) => binary(node, to, "PRelu")],
  ["Cast", (node, to) => {
    const type = node.says.type("DstT");
    const code = TYPES.get(type ?? "");
    if (code === undefined) throw new RangeError(`takes casts to ${[...TYPES.keys()].join(", ")}, got ${type}`);
    unary(node, to, "Cast", [], { to: code });
  }],
  ...([
    ["Add", "Add"], ["AddV2", "Add"], ["BiasAdd", "Add"], ["Div", "Div"], ["Equal", "Equal"], ["Greater", "Greater"],
    ["GreaterEqual", "GreaterOrEqual"], ["Less", "Less"], ["LessEqual", "LessOrEqual"], ["LogicalAnd", "And"],
    ["LogicalOr", "Or"], ["Maximum", "Max"], ["Minimum", "Min"], ["Mul", "Mul"], ["Pow", "Pow"], ["RealDiv", "Div"],
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
    // ONNX cuts off, TensorFlow rounds down: what is left over has the sign of the divisor.
    return to.make(node, "Div", [to.step(node, "Sub", [a, to.step(node, "Mod", [a, b])]), b]);
  }],
  ["Select", (node, to) => to.make(node, "Where", operands(node, to))],
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
  if (to.isFirst(x)) to.makeFirst(node, op, [to.first(x), ...more], says);
  else to.make(node, op, [to.plain(x), ...more], says);
}

function nested(node: GraphNode, to: Rewrite, outer: string, inner: string): void {
  const [x = ""] = node.inputs;
  if (to.isFirst(x)) to.makeFirst(node, outer, [to.step(node, inner, [to.first(x)])]);
  else to.make(node, outer, [to.step(node, inner, [to.plain(x)])]);
}

/** With channels behind the batch where all operands are there that way, or are constants that can be laid so. */
export function binary(node: GraphNode, to: Rewrite, op: string): void {
  const constants = node.inputs.map((name) => to.constant(name));
  const some = node.inputs.some((name) => to.isFirst(name));
  const all = node.inputs.every((name, i) => to.isFirst(name) || isSmall(constants[i]));
  if (!some || !all) return to.make(node, op, operands(node, to));
  return to.makeFirst(node, op, node.inputs.map((name, i) => {
    const constant = constants[i];
    if (constant === undefined) return to.first(name);
    return constant.shape.length === 0 ? to.plain(name) : to.tensor(broadcastFirst(constant));
  }));
}

function isSmall(constant: Tensor | undefined): boolean {
  return constant !== undefined && constant.shape.length <= 4;
}
