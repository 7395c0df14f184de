/** Walking over arrays in an order other than that of memory. */
import { EncodedTensor, kernels, permutedNumbers, Tensor, type Shape } from "@relprop/tensor";
import type { Numbers } from "./dtype.ts";

/** How far apart neighbours along each axis are in memory, for row-major data. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Strides that repeat data of shape `from` over `to`, which it broadcasts to. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const strides = rowMajorStrides(from);
  return to.map((_, axis) => {
    const own = axis - to.length + from.length;
    return own < 0 || from[own] === 1 ? 0 : strides[own]!;
  });
}

/** Calls `visit` with the offset in memory of every element of `shape`, in row-major order. */
export function walk(shape: Shape, strides: readonly number[], start: number, visit: (at: number) => void): void {
  walkTogether(shape, strides, strides, (at) => visit(at + start));
}

/** Like `walk` over two arrays at once, both from their beginning. */
export function walkTogether(
  shape: Shape, left: readonly number[], right: readonly number[], visit: (i: number, j: number) => void,
): void {
  if (shape.includes(0)) return;
  const position = new Array<number>(shape.length).fill(0);
  let [i, j] = [0, 0];
  for (;;) {
    visit(i, j);
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      i += left[axis]!;
      j += right[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      i -= left[axis]! * shape[axis]!;
      j -= right[axis]! * shape[axis]!;
      position[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** `to ← from`, read with these strides from `start` on. */
export function copyStrided(from: Numbers, shape: Shape, strides: readonly number[], start: number, to: Numbers): void {
  let next = 0;
  walk(shape, strides, start, (at) => {
    to[next++] = from[at]!;
  });
}

/** A tensor with its axes in another order, in memory of the kernels; who shares a tensor shares what it becomes. */
export function permuted(tensor: Tensor, order: readonly number[]): Tensor {
  const known = permutedBefore.get(tensor) ?? new Map<string, Tensor>();
  permutedBefore.set(tensor, known);
  const made = known.get(order.join()) ?? permutedAnew(tensor, order);
  known.set(order.join(), made);
  return made;
}

const permutedBefore = new WeakMap<Tensor, Map<string, Tensor>>();

function permutedAnew(tensor: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => tensor.shape[axis]!);
  const encoded = tensor.encoded?.permuted?.(tensor.shape, order);
  if (encoded !== undefined) return new EncodedTensor(shape, encoded);
  return new Tensor(shape, permutedNumbers(tensor.data, tensor.shape, order, kernels().allocate(tensor.size)));
}
