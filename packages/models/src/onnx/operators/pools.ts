/** Pools. */
import { AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool, type SlidingOptions } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Operator } from "./operator.ts";
import { windowOf, withZeros, type Window } from "./window.ts";

/** Sliding and global pools. */
export const pools: readonly (readonly [string, Operator])[] = [
  ["AveragePool", (op) => {
    const x = op.flow(0);
    const [kernel, options] = slidingWindow(op);
    if ([kernel, options.stride].flat().every((extent) => extent === 1)) return x;
    const counts = op.attributes.integer("count_include_pad") === 1;
    // Zeros laid around the input count as elements; a padding of the pool's own must then count too.
    const isBare = options.same === undefined && options.padding.flat().every((width) => width === 0);
    const { padding, from } = options.same === undefined && (counts || isBare)
      ? withZeros(op, x, options.padding)
      : { padding: options.padding, from: x };
    const pool = new AvgPool(kernel, { ...options, padding, countIncludePad: counts || from !== x });
    return op.emit(pool, [from], { rank: kernel.length + 2 });
  }],
  ["MaxPool", (op) => {
    const x = op.flow(0);
    const [kernel, options] = slidingWindow(op);
    return op.emit(new MaxPool(kernel, options), [x], { rank: kernel.length + 2 });
  }],
  ["GlobalAveragePool", (op) => op.emit(new GlobalAvgPool(), [op.flow(0)])],
  ["GlobalMaxPool", (op) => op.emit(new GlobalMaxPool(), [op.flow(0)])],
];

function slidingWindow(op: Operation): [readonly number[], SlidingOptions & Pick<Window, "padding" | "same">] {
  const kernel = op.attributes.integers("kernel_shape") ?? [];
  if (kernel.length < 1 || kernel.length > 3) {
    throw new RangeError(`takes a kernel of 1 to 3 axes, got ${kernel.length}`);
  }
  const { padding, same, stride, dilation } = windowOf(op, kernel);
  kernel.forEach((extent, axis) => {
    const [before, after] = padding[axis]!;
    const reach = (extent - 1) * dilation[axis]! + 1;
    if (before >= reach || after >= reach) {
      throw new RangeError(`takes padding smaller than its window, got ${before} and ${after}`);
    }
    op.graph.budget.positions.take(extent + before + after);
  });
  return [kernel, { padding, same, stride, dilation, ceilMode: op.attributes.integer("ceil_mode") === 1 }];
}
