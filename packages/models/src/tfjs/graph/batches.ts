/** Planes taken apart into the batch and put together again, as dilated convolutions were written. */
import { sizeOf } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { LAST, numbers, type Rewrite } from "./rewrite.ts";

/** `SpaceToBatchND` and its inverse. */
export const batches: readonly (readonly [string, GraphOperator])[] = [
  ["SpaceToBatchND", apart], ["BatchToSpaceND", together],
];

/** More parts than any dilation makes. */
const MOST_PARTS = 1024;

/** How far apart neighbours are along each spatial axis, which begin behind the batch. */
function blocksOf(node: GraphNode, to: Rewrite): readonly number[] {
  const blocks = numbers(node, to, 1);
  const whole = blocks.every((block) => Number.isInteger(block) && block >= 1);
  if (!whole || !(sizeOf(blocks) <= MOST_PARTS)) throw new RangeError(`takes at most ${MOST_PARTS} parts, got more`);
  return blocks;
}

/** Whether nothing is laid around or cut off. */
function isZero(node: GraphNode, to: Rewrite): boolean {
  return to.constant(node.inputs[2])?.data.every((width) => width === 0) === true;
}

/** The widths before every axis, then those behind, of which the node has pairs; extents may decide them. */
function sidesOf(node: GraphNode, to: Rewrite): string {
  const turned = to.step(node, "Transpose", [to.plain(node.inputs[2] ?? "")], { perm: [1, 0] });
  return to.step(node, "Reshape", [turned, to.integers([-1])]);
}

/** Where each part begins, the last axis fastest. */
function startsOf(blocks: readonly number[]): readonly (readonly number[])[] {
  return blocks.reduce<readonly (readonly number[])[]>(
    (starts, block) => starts.flatMap((start) => Array.from({ length: block }, (_, at) => [...start, at])), [[]],
  );
}

/** Every so many-th element of the padded planes, one part behind the other in the batch. */
function apart(node: GraphNode, to: Rewrite): void {
  const blocks = blocksOf(node, to);
  const axes = to.integers(blocks.map((_, i) => i + 1));
  const x = to.plain(node.inputs[0] ?? "");
  const padded = isZero(node, to) ? x : to.step(node, "Pad", [x, sidesOf(node, to), "", axes]);
  const [ends, steps] = [to.integers(blocks.map(() => LAST)), to.integers(blocks)];
  const parts = startsOf(blocks).map((start) =>
    to.step(node, "Slice", [padded, to.integers(start), ends, axes, steps]));
  to.make(node, "Concat", parts, { axis: 0 });
}

/** The parts of the batch laid between one another, then cropped. */
function together(node: GraphNode, to: Rewrite): void {
  const blocks = blocksOf(node, to);
  const count = sizeOf(blocks);
  const all = Array.from({ length: count }, () => to.between(node, "part"));
  to.split(node, "Split", [to.plain(node.inputs[0] ?? "")], all, { axis: 0, num_outputs: count });
  let parts: readonly string[] = all;
  for (let i = blocks.length - 1; i >= 0; i--) {
    const block = blocks[i]!;
    const groups = Array.from({ length: parts.length / block }, (_, g) => parts.slice(g * block, (g + 1) * block));
    parts = groups.map((group) => interleaved(node, to, group, { axis: i + 1, rank: blocks.length + 2 }));
  }
  const [whole = ""] = parts;
  if (isZero(node, to)) return to.make(node, "Identity", [whole]);
  const [sides, axisCount] = [sidesOf(node, to), blocks.length];
  const between = (list: string, from: number, until: number): string =>
    to.step(node, "Slice", [list, to.integers([from]), to.integers([until])]);
  const extents = between(to.step(node, "Shape", [whole]), 1, axisCount + 1);
  const ends = to.step(node, "Sub", [extents, between(sides, axisCount, 2 * axisCount)]);
  const axes = to.integers(blocks.map((_, i) => i + 1));
  to.make(node, "Slice", [whole, between(sides, 0, axisCount), ends, axes]);
}

/** Values of channels last laid between one another along an axis. */
function interleaved(
  node: GraphNode, to: Rewrite, parts: readonly string[], { axis, rank }: { axis: number; rank: number },
): string {
  if (parts.length === 1) return parts[0]!;
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
  const last = parts.map((part) => to.step(node, "Unsqueeze", [
    to.step(node, "Transpose", [part], { perm: [...others, axis] }), to.integers([-1]),
  ]));
  const joined = to.step(node, "Concat", last, { axis: -1 });
  const flat = to.step(node, "Reshape", [joined, to.integers([...others.map(() => 0), -1])]);
  const back = Array.from({ length: rank }, (_, i) => (i < axis ? i : i === axis ? rank - 1 : i - 1));
  return to.step(node, "Transpose", [flat], { perm: back });
}
