/** Operators that give values another shape, put them together, or reduce axes. */
import { tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { firstAxis, numbers, orderFirst, type Rewrite } from "./rewrite.ts";

/** Operators on shapes. */
export const shapes: readonly (readonly [string, GraphOperator])[] = [
  ["Reshape", (node, to) => to.make(node, "Reshape", plain(node, to), { allowzero: 1 })],
  ["Shape", (node, to) => to.make(node, "Shape", plain(node, to))],
  ["Size", (node, to) => to.make(node, "Size", plain(node, to))],
  ["Rank", (node, to) => to.make(node, "Size", [to.step(node, "Shape", plain(node, to))])],
  ["ExpandDims", (node, to) => to.make(node, "Unsqueeze", [to.plain(node.inputs[0]!), axesOf(node, to, 1)])],
  ["Squeeze", (node, to) => {
    const axes = node.says.integers("squeeze_dims") ?? node.says.integers("axis") ?? [];
    to.make(node, "Squeeze", [to.plain(node.inputs[0]!), ...(axes.length === 0 ? [] : [to.integers(axes)])]);
  }],
  ["Transpose", (node, to) => {
    const order = numbers(node, to, 1);
    const rank = to.rankOf(node.inputs[0]!);
    const isFirst = rank !== undefined && order.join() === orderFirst(rank).join();
    if (isFirst) to.make(node, "Identity", [to.first(node.inputs[0]!, rank)]);
    else to.make(node, "Transpose", [to.plain(node.inputs[0]!)], { perm: order });
  }],
  ["Tile", (node, to) => to.make(node, "Tile", plain(node, to))],
  ["Fill", (node, to) => to.make(node, "Expand", [to.plain(node.inputs[1]!), to.plain(node.inputs[0]!)])],
  ["BroadcastTo", (node, to) => to.make(node, "Expand", plain(node, to))],
  ["Range", (node, to) => to.make(node, "Range", plain(node, to))],
  ["ZerosLike", (node, to) => filled(node, to, 0)], ["OnesLike", (node, to) => filled(node, to, 1)],
  ["EnsureShape", (node, to) => to.alias(node.name, node.inputs[0]!)],
  ["ShapeN", (node, to) => node.inputs.forEach((name, i) => to.make(node, "Shape", [to.plain(name)], {}, i))],
  ["ConcatV2", (node, to) => {
    joined(node, to, node.inputs.slice(0, -1), numbers(node, to, node.inputs.length - 1)[0] ?? 0);
  }],
  ["Concat", (node, to) => joined(node, to, node.inputs.slice(1), numbers(node, to, 0)[0] ?? 0)],
  ["Pack", (node, to) => {
    const axis = node.says.integer("axis") ?? 0;
    const parts = node.inputs.map((name) => to.step(node, "Unsqueeze", [to.plain(name), to.integers([axis])]));
    to.make(node, "Concat", parts, { axis });
  }],
  ["Unpack", (node, to) => {
    const [axis, count] = [node.says.integer("axis") ?? 0, node.says.integer("num") ?? 1];
    const x = to.plain(node.inputs[0]!);
    for (let i = 0; i < count; i++) {
      const part = to.step(node, "Gather", [x, to.integers([i])], { axis });
      to.make(node, "Squeeze", [part, to.integers([axis])], {}, i);
    }
  }],
  ["Split", (node, to) => {
    const count = node.says.integer("num_split") ?? 1;
    split(node, to, node.inputs[1]!, numbers(node, to, 0)[0] ?? 0, { count });
  }],
  ["SplitV", (node, to) => {
    split(node, to, node.inputs[0]!, numbers(node, to, 2)[0] ?? 0, { sizes: numbers(node, to, 1) });
  }],
  ["Pad", pad], ["PadV2", pad], ["MirrorPad", pad],
  ...([["Mean", "ReduceMean"], ["Sum", "ReduceSum"], ["Max", "ReduceMax"], ["Min", "ReduceMin"],
    ["Prod", "ReduceProd"]] as const).map(([name, op]): readonly [string, GraphOperator] => [
    name, (node, to) => reduced(node, to, op),
  ]),
  ["Softmax", (node, to) => to.make(node, "Softmax", plain(node, to), { axis: -1 })],
  ["All", (node, to) => whether(node, to, "ReduceMin")], ["Any", (node, to) => whether(node, to, "ReduceMax")],
  ["EuclideanNorm", (node, to) => reduced(node, to, "ReduceL2")],
  ["Cumsum", (node, to) => running(node, to, "CumSum")], ["Cumprod", (node, to) => running(node, to, "CumProd")],
  ["LogSoftmax", (node, to) => to.make(node, "LogSoftmax", plain(node, to), { axis: -1 })],
];

function plain(node: GraphNode, to: Rewrite): readonly string[] {
  return node.inputs.map((name) => to.plain(name));
}

function axesOf(node: GraphNode, to: Rewrite, index: number): string {
  return to.integers(numbers(node, to, index));
}

function filled(node: GraphNode, to: Rewrite, value: number): void {
  const type = (node.says.type("T") ?? "DT_FLOAT").includes("INT") ? 7 : 1;
  to.make(node, "Expand", [to.tensor(tensor(value), type), to.step(node, "Shape", plain(node, to))]);
}

function joined(node: GraphNode, to: Rewrite, parts: readonly string[], axis: number): void {
  const rank = to.rankOf(parts[0] ?? "");
  if (rank === undefined || parts.some((name) => to.rankOf(name) !== rank)) {
    return to.make(node, "Concat", parts.map((name) => to.plain(name)), { axis });
  }
  to.makeFirst(node, "Concat", parts.map((name) => to.first(name, rank)), { axis: firstAxis(axis, rank) }, rank);
}

/** Truths reduced as the numbers 0 and 1. */
function whether(node: GraphNode, to: Rewrite, op: string): void {
  const x = to.step(node, "Cast", [to.plain(node.inputs[0]!)], { to: 7 });
  const keepdims = keeps(node);
  const found = to.step(node, op, [x, axesOf(node, to, 1)], { keepdims });
  to.make(node, "Cast", [found], { to: 9 });
}

function running(node: GraphNode, to: Rewrite, op: string): void {
  const axis = to.tensor(tensor(numbers(node, to, 1)[0] ?? 0), 7);
  const says = { exclusive: node.says.flag("exclusive") ? 1 : 0, reverse: node.says.flag("reverse") ? 1 : 0 };
  to.make(node, op, [to.plain(node.inputs[0]!), axis], says);
}

function keeps(node: GraphNode): number {
  return node.says.flag("keep_dims") || node.says.flag("keepdims") ? 1 : 0;
}

function split(
  node: GraphNode, to: Rewrite, from: string, axis: number,
  { count, sizes }: { readonly count?: number; readonly sizes?: readonly number[] },
): void {
  if (count !== undefined && !(count >= 1)) throw new RangeError(`takes at least one part, got ${count}`);
  to.take(count ?? 0);
  if (sizes?.some((size) => size < 0) === true) throw new RangeError("takes the size of every part, got one left open");
  const outputs = Array.from({ length: count ?? sizes!.length }, (_, i) => (i === 0 ? node.name : `${node.name}:${i}`));
  const inputs = [to.plain(from), ...(sizes === undefined ? [] : [to.integers(sizes)])];
  to.split(node, "Split", inputs, outputs, sizes === undefined ? { axis, num_outputs: outputs.length } : { axis });
}

function pad(node: GraphNode, to: Rewrite): void {
  const [x = "", around = "", fill] = node.inputs;
  const mode = node.op !== "MirrorPad" ? "constant" : (node.says.text("mode") ?? "REFLECT").toLowerCase();
  if (mode === "symmetric") throw new RangeError("takes mirrors without the border, got SYMMETRIC");
  const value = node.op === "PadV2" ? [to.plain(fill!)] : [];
  if (to.constant(around) === undefined) {
    const turned = to.step(node, "Transpose", [to.plain(around)], { perm: [1, 0] });
    const pads = to.step(node, "Reshape", [turned, to.integers([-1])]);
    return to.make(node, "Pad", [to.plain(x), pads, ...value], { mode });
  }
  const widths = numbers(node, to, 1);
  const rank = to.rankOf(x);
  const order = rank === undefined ? widths.slice(widths.length / 2).map((_, axis) => axis) : orderFirst(rank);
  const pads = to.integers([0, 1].flatMap((side) => order.map((axis) => widths[2 * axis + side]!)));
  if (rank === undefined) to.make(node, "Pad", [to.plain(x), pads, ...value], { mode });
  else to.makeFirst(node, "Pad", [to.first(x, rank), pads, ...value], { mode }, rank);
}

function reduced(node: GraphNode, to: Rewrite, op: string): void {
  const [x = ""] = node.inputs;
  const axes = numbers(node, to, 1);
  const keepdims = keeps(node);
  const rank = to.rankOf(x);
  const turned = rank === undefined ? [] : axes.map((axis) => firstAxis(axis, rank));
  const arePlanes = rank !== undefined && turned.length === rank - 2 && turned.every((axis) => axis >= 2);
  if (rank !== undefined && keepdims === 1) {
    return to.makeFirst(node, op, [to.first(x, rank), to.integers(turned)], { keepdims }, rank);
  }
  // What is left over, batch and channels, stands in the same order either way.
  if (arePlanes) return to.make(node, op, [to.first(x, rank), to.integers(turned)], { keepdims });
  return to.make(node, op, [to.plain(x), to.integers(axes)], { keepdims });
}
