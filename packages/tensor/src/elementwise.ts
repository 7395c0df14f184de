/** Elementwise operations on tensors; `out` comes last, is optional, and may be an operand. */
import { kernels } from "./active.ts";
import { broadcastShape, checkSameShape, sameShape, sizeOf, type Shape } from "./shape.ts";
import { empty, type Tensor } from "./tensor.ts";

/** A function of one element and its position. */
export type Pointwise = (value: number, index: number) => number;

/** `out[i] ← f(x[i], i)`. */
export function map(x: Tensor, f: Pointwise, out: Tensor = empty(x.shape)): Tensor {
  const [from, to] = [x.data, out.data];
  for (let i = 0; i < from.length; i++) to[i] = f(from[i]!, i);
  return out;
}

/** `out[i] ← f(a[i], b[i])`; both of one shape. */
export function zip(a: Tensor, b: Tensor, f: (a: number, b: number) => number, out: Tensor = empty(a.shape)): Tensor {
  checkSameShape("zip", a.shape, b.shape);
  const [left, right, to] = [a.data, b.data, out.data];
  for (let i = 0; i < to.length; i++) to[i] = f(left[i]!, right[i]!);
  return out;
}

/** `out[i] ← a[i] + b[i]`; both of one shape. */
export function add(a: Tensor, b: Tensor, out: Tensor = empty(a.shape)): Tensor {
  checkSameShape("add", a.shape, b.shape);
  kernels().add(a.data, b.data, out.data);
  return out;
}

/** `out[i] ← scale · a[i] · b[i]`; both of one shape. */
export function multiply(a: Tensor, b: Tensor, scale = 1, out: Tensor = empty(a.shape)): Tensor {
  checkSameShape("multiply", a.shape, b.shape);
  kernels().product(scale, a.data, b.data, out.data);
  return out;
}

/** `x` repeated along the axes in which `shape` is larger; `x` itself where the shapes are equal. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  checkSameShape("broadcastTo", broadcastShape("broadcastTo", x.shape, shape), shape);
  const out = empty(shape);
  walkBroadcast(x.shape, shape, (from, to) => {
    out.data[to] = x.data[from]!;
  });
  return out;
}

/** The adjoint of `broadcastTo`: sums `x` over the axes along which `shape` would have been repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  checkSameShape("sumTo", broadcastShape("sumTo", x.shape, shape), x.shape);
  const sums = new Float64Array(sizeOf(shape));
  walkBroadcast(shape, x.shape, (from, to) => {
    sums[from]! += x.data[to]!;
  });
  const out = empty(shape);
  out.data.set(sums);
  return out;
}

/** Calls `visit` with every position of `large` and the position of `small` that stands behind it. */
function walkBroadcast(small: Shape, large: Shape, visit: (from: number, to: number) => void): void {
  const rank = large.length;
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const extent = small[axis - rank + small.length] ?? 1;
    strides[axis] = extent === 1 ? 0 : stride;
    stride *= extent;
  }
  const position = new Array<number>(rank).fill(0);
  let from = 0;
  const total = sizeOf(large);
  for (let to = 0; to < total; to++) {
    visit(from, to);
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++position[axis]! < large[axis]!) break;
      from -= strides[axis]! * large[axis]!;
      position[axis] = 0;
    }
  }
}
