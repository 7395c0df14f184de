/** Pools. */
import { AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool, type SlidingOptions } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";
import { windowOf, withZeros, type Window } from "./window.ts";

/** Sliding and global pools. */
export const pools: readonly (readonly [string, Operator])[] = [
  ["AveragePool", (op) => {
    const x = op.flow(0);
    const [kernel, options] = slidingWindow(op, x);
    if ([kernel, options.stride].flat().every((extent) => extent === 1)) return x;
    const counts = op.attributes.integer("count_include_pad") === 1;
    // Zeros laid around the input count as elements; a padding of the pool's own must then count too.
    const { padding, from } = counts || options.padding.flat().every((width) => width === 0)
      ? withZeros(op, x, options.padding)
      : { padding: options.padding, from: x };
    return op.emit(new AvgPool(kernel, { ...options, padding, countIncludePad: counts || from !== x }), from);
  }],
  ["MaxPool", (op) => {
    const x = op.flow(0);
    return op.emit(new MaxPool(...slidingWindow(op, x)), x);
  }],
  ["GlobalAveragePool", (op) => op.emit(new GlobalAvgPool(), op.flow(0))],
  ["GlobalMaxPool", (op) => op.emit(new GlobalMaxPool(), op.flow(0))],
];

/** More window positions times taps along one axis than any network has. */
const MOST_TAPS = 2 ** 24;

function slidingWindow(op: Operation, x: Flow): [readonly number[], SlidingOptions & Pick<Window, "padding">] {
  const kernel = op.attributes.integers("kernel_shape") ?? [];
  if (kernel.length !== op.rank(x) - 2) {
    throw new RangeError(`takes a kernel of ${op.rank(x) - 2} axes, got ${kernel.length}`);
  }
  const { padding, stride, dilation } = windowOf(op, x, kernel);
  const spatial = x.shapes.map((shape) => shape.slice(2));
  kernel.forEach((extent, axis) => {
    const [before, after] = padding[axis]!;
    const reach = (extent - 1) * dilation[axis]! + 1;
    for (const extents of spatial) {
      const room = (extents[axis] ?? 0) + before + after;
      if (before >= reach || after >= reach) {
        throw new RangeError(`takes padding smaller than its window, got ${before} and ${after}`);
      }
      if (room * extent > MOST_TAPS) throw new RangeError(`takes windows of moderate size, got ${extent} over ${room}`);
      op.graph.budget.positions.take(room * extent);
    }
  });
  return [kernel, { padding, stride, dilation, ceilMode: op.attributes.integer("ceil_mode") === 1 }];
}
