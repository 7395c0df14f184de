/** Parts of values: slices, by constants or by what a network computes of shapes. */
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { LAST, numbers, type Rewrite } from "./rewrite.ts";

/** Slicing and turning around. */
export const slices: readonly (readonly [string, GraphOperator])[] = [
  ["Slice", slice], ["StridedSlice", stridedSlice],
  ["ReverseV2", (node, to) => {
    const axes = numbers(node, to, 1);
    const lists = [axes.map(() => LAST), axes.map(() => -LAST), axes, axes.map(() => -1)];
    to.make(node, "Slice", [to.plain(node.inputs[0]!), ...lists.map((list) => to.integers(list))]);
  }],
];

function slice(node: GraphNode, to: Rewrite): void {
  const [x = "", from = "", extents = ""] = node.inputs;
  if (to.constant(from) !== undefined && to.constant(extents) !== undefined) {
    const [begin, size] = [numbers(node, to, 1), numbers(node, to, 2)];
    const ends = begin.map((start, axis) => (size[axis] === -1 ? LAST : start + size[axis]!));
    return to.make(node, "Slice", [to.plain(x), to.integers(begin), to.integers(ends)]);
  }
  const [begin, size] = [to.plain(from), to.plain(extents)];
  const isRest = to.step(node, "Equal", [size, to.integers([-1])]);
  const ends = to.step(node, "Where", [isRest, to.integers([LAST]), to.step(node, "Add", [begin, size])]);
  to.make(node, "Slice", [to.plain(x), begin, ends]);
}

/** What the entries of a strided slice mean, bit by bit. */
function maskOf(node: GraphNode, name: string): (i: number) => boolean {
  const mask = node.says.integer(`${name}_mask`) ?? 0;
  return (i) => ((mask >> i) & 1) === 1;
}

function stridedSlice(node: GraphNode, to: Rewrite): void {
  const [begins, news, shrinks, ellipsis, endsOpen] = ["begin", "new_axis", "shrink_axis", "ellipsis", "end"]
    .map((name) => maskOf(node, name)) as [Bit, Bit, Bit, Bit, Bit];
  const stride = numbers(node, to, 3);
  if ([1, 2].some((index) => to.constant(node.inputs[index]) === undefined)) {
    const plain = stride.every((_, i) => !news(i) && !ellipsis(i));
    if (!plain) throw new RangeError("takes constants as bounds beside new axes or an ellipsis, got computed ones");
    return computed(node, to, stride, { begins, shrinks, endsOpen });
  }
  const [begin, end] = [numbers(node, to, 1), numbers(node, to, 2)];
  const [starts, ends, steps, axes]: [number[], number[], number[], number[]] = [[], [], [], []];
  const [squeezed, made]: [number[], number[]] = [[], []];
  const open = begin.findIndex((_, i) => ellipsis(i));
  let place = 0;
  begin.forEach((from, i) => {
    if (open === i) return;
    // Behind what is left out, axes count from the end.
    const behind = begin.slice(i).filter((_, k) => !news(i + k)).length;
    const axis = open >= 0 && i > open ? -behind : place;
    if (news(i)) {
      if (open >= 0 && i > open) {
        if (behind > 0) throw new RangeError("takes new axes at the end behind an ellipsis, got one before others");
        made.push(-1);
      } else made.push(place - squeezed.length + made.length);
      return;
    }
    place++;
    const step = shrinks(i) ? 1 : stride[i]!;
    const [first, last] = step > 0 ? [0, LAST] : [LAST, -LAST];
    axes.push(axis);
    steps.push(step);
    starts.push(!shrinks(i) && begins(i) ? first : from);
    if (shrinks(i)) {
      ends.push(from === -1 ? LAST : from + 1);
      squeezed.push(axis);
    } else ends.push(endsOpen(i) ? last : end[i]!);
  });
  const lists = [starts, ends, axes, steps].map((list) => to.integers(list));
  finish(node, to, [to.plain(node.inputs[0]!), ...lists], squeezed, made);
}

type Bit = (i: number) => boolean;

/** Bounds that the network computes; what masks decide about them is chosen while it does. */
function computed(
  node: GraphNode, to: Rewrite, stride: readonly number[],
  { begins, shrinks, endsOpen }: { readonly begins: Bit; readonly shrinks: Bit; readonly endsOpen: Bit },
): void {
  const chosen = (which: Bit, yes: string, no: string): string => {
    const bits = Float32Array.from(stride, (_, i) => (which(i) ? 1 : 0));
    if (!bits.includes(1)) return no;
    return to.step(node, "Where", [to.truths(bits), yes, no]);
  };
  const [x = "", from = "", until = ""] = node.inputs.map((name) => to.plain(name));
  const steps = stride.map((step, i) => (shrinks(i) ? 1 : step));
  const [first, last] = [steps.map((step) => (step > 0 ? 0 : LAST)), steps.map((step) => (step > 0 ? LAST : -LAST))];
  const starts = chosen((i) => begins(i) && !shrinks(i), to.integers(first), from);
  const isLast = to.step(node, "Equal", [from, to.integers([-1])]);
  const behind = to.step(node, "Where", [
    isLast, to.integers([LAST]), to.step(node, "Add", [from, to.integers([1])]),
  ]);
  const ends = chosen(shrinks, behind, chosen(endsOpen, to.integers(last), until));
  const axes = stride.map((_, i) => i);
  finish(node, to, [x, starts, ends, to.integers(axes), to.integers(steps)], axes.filter(shrinks), []);
}

function finish(
  node: GraphNode, to: Rewrite, inputs: readonly string[], squeezed: readonly number[], made: readonly number[],
): void {
  if (squeezed.length === 0 && made.length === 0) return to.make(node, "Slice", inputs);
  const sliced = to.step(node, "Slice", inputs);
  if (made.length === 0) return to.make(node, "Squeeze", [sliced, to.integers(squeezed)]);
  const left = squeezed.length === 0 ? sliced : to.step(node, "Squeeze", [sliced, to.integers(squeezed)]);
  return to.make(node, "Unsqueeze", [left, to.integers(made)]);
}
