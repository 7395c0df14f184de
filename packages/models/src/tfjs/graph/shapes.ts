/** Operators that give values another shape, pick parts of them, put them together, or reduce axes. */
import type { Tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { firstAxis, type Rewrite } from "./rewrite.ts";

const LAST = 2 ** 31 - 1;

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
    const isFirst = to.isFirst(node.inputs[0]!) && order.join() === "0,3,1,2";
    if (isFirst) to.make(node, "Identity", [to.first(node.inputs[0]!)]);
    else to.make(node, "Transpose", [to.plain(node.inputs[0]!)], { perm: order });
  }],
  ["Tile", (node, to) => to.make(node, "Tile", plain(node, to))],
  ["Fill", (node, to) => to.make(node, "Expand", [to.plain(node.inputs[1]!), to.plain(node.inputs[0]!)])],
  ["BroadcastTo", (node, to) => to.make(node, "Expand", plain(node, to))],
  ["Range", (node, to) => to.make(node, "Range", plain(node, to))],
  ["ZerosLike", (node, to) => to.make(node, "Sub", [to.plain(node.inputs[0]!), to.plain(node.inputs[0]!)])],
  ["GatherV2", (node, to) => {
    const [axis = 0] = node.inputs.length > 2 ? numbers(node, to, 2) : [0];
    to.make(node, "Gather", [to.plain(node.inputs[0]!), to.plain(node.inputs[1]!)], { axis });
  }],
  ["GatherNd", (node, to) => to.make(node, "GatherND", plain(node, to))],
  ["ConcatV2", (node, to) => {
    const parts = node.inputs.slice(0, -1);
    const [axis = 0] = numbers(node, to, parts.length);
    if (parts.every((name) => to.isFirst(name))) {
      to.makeFirst(node, "Concat", parts.map((name) => to.first(name)), { axis: firstAxis(axis) });
    } else to.make(node, "Concat", parts.map((name) => to.plain(name)), { axis });
  }],
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
  ["Slice", (node, to) => {
    const [begin, size] = [numbers(node, to, 1), numbers(node, to, 2)];
    const ends = begin.map((from, axis) => (size[axis] === -1 ? LAST : from + size[axis]!));
    to.make(node, "Slice", [to.plain(node.inputs[0]!), to.integers(begin), to.integers(ends)]);
  }],
  ["StridedSlice", stridedSlice],
  ["Pad", pad], ["PadV2", pad], ["MirrorPad", pad],
  ...([["Mean", "ReduceMean"], ["Sum", "ReduceSum"], ["Max", "ReduceMax"], ["Min", "ReduceMin"],
    ["Prod", "ReduceProd"]] as const).map(([name, op]): readonly [string, GraphOperator] => [
    name, (node, to) => reduced(node, to, op),
  ]),
  ["ArgMax", (node, to) => chosen(node, to, "ArgMax")],
  ["ArgMin", (node, to) => chosen(node, to, "ArgMin")],
  ["Softmax", (node, to) => to.make(node, "Softmax", plain(node, to), { axis: -1 })],
  ["LogSoftmax", (node, to) => to.make(node, "LogSoftmax", plain(node, to), { axis: -1 })],
];

function plain(node: GraphNode, to: Rewrite): readonly string[] {
  return node.inputs.map((name) => to.plain(name));
}

/** The numbers of a constant input. */
function numbers(node: GraphNode, to: Rewrite, index: number): readonly number[] {
  const constant: Tensor | undefined = to.constant(node.inputs[index]);
  if (constant === undefined) throw new RangeError(`takes a constant as input ${index}, got the output of a node`);
  return Array.from(constant.data);
}

function axesOf(node: GraphNode, to: Rewrite, index: number): string {
  return to.integers(numbers(node, to, index));
}

function split(
  node: GraphNode, to: Rewrite, from: string, axis: number,
  { count, sizes }: { readonly count?: number; readonly sizes?: readonly number[] },
): void {
  to.take(count ?? 0);
  const outputs = Array.from({ length: count ?? sizes!.length }, (_, i) => (i === 0 ? node.name : `${node.name}:${i}`));
  const inputs = [to.plain(from), ...(sizes === undefined ? [] : [to.integers(sizes)])];
  to.split(node, "Split", inputs, outputs, sizes === undefined ? { axis, num_outputs: outputs.length } : { axis });
  for (const output of outputs) to.made(output);
}

function stridedSlice(node: GraphNode, to: Rewrite): void {
  const mask = (name: string): number => node.says.integer(`${name}_mask`) ?? 0;
  const [begin, end, stride] = [1, 2, 3].map((index) => numbers(node, to, index)) as [number[], number[], number[]];
  const [starts, ends, steps, axes]: [number[], number[], number[], number[]] = [[], [], [], []];
  const [squeezed, made]: [number[], number[]] = [[], []];
  const open = begin.findIndex((_, i) => (mask("ellipsis") >> i) & 1);
  let place = 0;
  begin.forEach((from, i) => {
    if (open === i) return;
    // Behind what is left out, axes count from the end.
    const behind = begin.slice(i).filter((_, k) => ((mask("new_axis") >> (i + k)) & 1) === 0).length;
    const axis = open >= 0 && i > open ? -behind : place;
    if ((mask("new_axis") >> i) & 1) {
      if (open >= 0 && i > open) {
        if (behind > 0) throw new RangeError("takes new axes at the end behind an ellipsis, got one before others");
        made.push(-1);
      } else made.push(place - squeezed.length + made.length);
      return;
    }
    place++;
    const shrinks = ((mask("shrink_axis") >> i) & 1) === 1;
    const step = shrinks ? 1 : stride[i]!;
    const [first, last] = step > 0 ? [0, LAST] : [LAST, -LAST];
    axes.push(axis);
    steps.push(step);
    starts.push(!shrinks && (mask("begin") >> i) & 1 ? first : from);
    if (shrinks) {
      ends.push(from === -1 ? LAST : from + 1);
      squeezed.push(axis);
    } else ends.push((mask("end") >> i) & 1 ? last : end[i]!);
  });
  const slice = [to.plain(node.inputs[0]!), ...[starts, ends, axes, steps].map((list) => to.integers(list))];
  if (squeezed.length === 0 && made.length === 0) return to.make(node, "Slice", slice);
  const sliced = to.step(node, "Slice", slice);
  if (made.length === 0) return to.make(node, "Squeeze", [sliced, to.integers(squeezed)]);
  const left = squeezed.length === 0 ? sliced : to.step(node, "Squeeze", [sliced, to.integers(squeezed)]);
  return to.make(node, "Unsqueeze", [left, to.integers(made)]);
}

function pad(node: GraphNode, to: Rewrite): void {
  const widths = numbers(node, to, 1);
  const mode = node.op !== "MirrorPad" ? "constant" : (node.says.text("mode") ?? "REFLECT").toLowerCase();
  if (mode === "symmetric") throw new RangeError("takes mirrors without the border, got SYMMETRIC");
  const order = to.isFirst(node.inputs[0]!) ? [0, 3, 1, 2] : widths.slice(widths.length / 2).map((_, axis) => axis);
  const pads = [0, 1].flatMap((side) => order.map((axis) => widths[2 * axis + side]!));
  const value = node.op === "PadV2" ? [to.plain(node.inputs[2]!)] : [];
  if (to.isFirst(node.inputs[0]!)) {
    to.makeFirst(node, "Pad", [to.first(node.inputs[0]!), to.integers(pads), ...value], { mode });
  } else to.make(node, "Pad", [to.plain(node.inputs[0]!), to.integers(pads), ...value], { mode });
}

function reduced(node: GraphNode, to: Rewrite, op: string): void {
  const [x = ""] = node.inputs;
  const axes = numbers(node, to, 1);
  const keepdims = node.says.flag("keep_dims") || node.says.flag("keepdims") ? 1 : 0;
  if (!to.isFirst(x)) return to.make(node, op, [to.plain(x), to.integers(axes)], { keepdims });
  const turned = axes.map(firstAxis);
  const arePlanes = turned.toSorted((a, b) => a - b).join() === "2,3";
  if (keepdims === 1) return to.makeFirst(node, op, [to.first(x), to.integers(turned)], { keepdims });
  // What is left over, batch and channels, stands in the same order either way.
  if (arePlanes) return to.make(node, op, [to.first(x), to.integers(turned)], { keepdims });
  return to.make(node, op, [to.plain(x), to.integers(axes)], { keepdims });
}

function chosen(node: GraphNode, to: Rewrite, op: string): void {
  const [axis = 0] = numbers(node, to, 1);
  to.make(node, op, [to.plain(node.inputs[0]!)], { axis, keepdims: 0 });
}
