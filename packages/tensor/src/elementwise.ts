/** Elementwise operations on tensors; `out` comes last, is optional, and may be an operand. */
import { kernels } from "./active.ts";
import { callable } from "./check-kind.ts";
import { broadcastLayout } from "./program/layout.ts";
import { sumAxis } from "./scalar/rows.ts";
import { spreadOut } from "./scalar/strided.ts";
import { broadcastShape, checkSameShape, sameShape, sizeOf, type Shape } from "./shape.ts";
import { empty, type Tensor } from "./tensor.ts";
import { act } from "./trace.ts";

/** A function of one element and its position. */
export type Pointwise = (value: number, index: number) => number;

/** `out[i] ← f(x[i], i)`. */
export function map(x: Tensor, f: Pointwise, out: Tensor = empty(x?.shape, "map")): Tensor {
  callable("map", f);
  const [from, to] = [x.data, out.data];
  act(() => {
    for (let i = 0; i < from.length; i++) to[i] = f(from[i]!, i);
  });
  return out;
}

/** `out[i] ← f(a[i], b[i])`; both of one shape. */
export function zip(
  a: Tensor, b: Tensor, f: (a: number, b: number) => number, out: Tensor = empty(a?.shape, "zip"),
): Tensor {
  checkSameShape("zip", a.shape, b?.shape);
  callable("zip", f);
  const [left, right, to] = [a.data, b.data, out.data];
  act(() => {
    for (let i = 0; i < to.length; i++) to[i] = f(left[i]!, right[i]!);
  });
  return out;
}

/** `out[i] ← a[i] + b[i]`; both of one shape. */
export function add(a: Tensor, b: Tensor, out: Tensor = empty(a?.shape, "add")): Tensor {
  checkSameShape("add", a.shape, b?.shape);
  kernels().add(a.data, b.data, out.data);
  return out;
}

/** `out[i] ← scale · a[i] · b[i]`; both of one shape. */
export function multiply(a: Tensor, b: Tensor, scale = 1, out: Tensor = empty(a?.shape, "multiply")): Tensor {
  checkSameShape("multiply", a.shape, b?.shape);
  kernels().product(scale, a.data, b.data, out.data);
  return out;
}

/** `x` repeated along the axes in which `shape` is larger; `x` itself where the shapes are equal. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x?.shape, shape)) return x;
  checkSameShape("broadcastTo", broadcastShape("broadcastTo", x?.shape, shape), shape);
  const out = empty(shape);
  const { extents, strides: [strides] } = broadcastLayout([x.shape], shape);
  act(() => spreadOut(extents, { data: x.data, strides: strides! }, 0, out.data));
  return out;
}

/**
 * The adjoint of `broadcastTo`: sums `x` over the axes along which `shape` would have been repeated, and divides by
 * `divisor`.
 */
export function sumTo(x: Tensor, shape: Shape, divisor = 1): Tensor {
  if (sameShape(x?.shape, shape)) return divisor === 1 ? x : map(x, (value) => value / divisor);
  checkSameShape("sumTo", broadcastShape("sumTo", x?.shape, shape), x.shape);
  const missing = x.shape.length - shape.length;
  const stays = x.shape.map((extent, axis) => axis >= missing && shape[axis - missing] === extent);
  // One stretch of axes after another, from the last.
  const first = stays.indexOf(false);
  let sums = x;
  for (let end = stays.length; end > 0; end--) {
    if (stays[end - 1]) continue;
    const last = end;
    while (end > 1 && !stays[end - 2]) end--;
    sums = sumOver(sums, end - 1, last, end - 1 === first ? divisor : 1);
  }
  return sums.reshape(shape);
}

/** The sums over axes `first` to `end`, whose extents become 1. */
function sumOver(x: Tensor, first: number, end: number, divisor: number): Tensor {
  const out = empty(x.shape.map((extent, axis) => (axis >= first && axis < end ? 1 : extent)));
  const [outer, extent, inner] = [x.shape.slice(0, first), x.shape.slice(first, end), x.shape.slice(end)].map(sizeOf);
  // No group is asked for, which would be carried by all who call this.
  (kernels().sumAxis ?? sumAxis)(outer!, extent!, inner!, divisor, x.data, undefined, out.data);
  return out;
}
