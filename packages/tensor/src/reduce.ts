/** Sums, maxima and products that shrink a tensor; all add in double precision. */
import { kernels } from "./active.ts";
import { allocate } from "./arena.ts";
import { checkList } from "./check-kind.ts";
import { sumTo } from "./elementwise.ts";
import { sumAxis as sumRows } from "./scalar/rows.ts";
import { ShapeError, formatShape, heldBy } from "./shape.ts";
import { checkTensor, type Tensor } from "./tensor.ts";
import { decide } from "./trace.ts";

/** `Σ x`, added in double precision. */
export function sum(x: Tensor): number {
  const data = heldBy(x, "sum");
  let total = 0;
  for (let i = 0; i < data.length; i++) total += data[i]!;
  return total;
}

/** Whether no element is infinite or NaN: so is then their mean in double precision. Where it is traced, a decision. */
export function allFinite({ data }: Tensor): boolean {
  const mean = allocate(1);
  (kernels().sumAxis ?? sumRows)(1, data.length, 1, data.length || 1, data, undefined, mean);
  return decide(() => Number.isFinite(mean[0]));
}

/** `Σ a[i] b[i]` over tensors of one size, added in double precision. */
export function dot(a: Tensor, b: Tensor): number {
  checkTensor("dot", a);
  checkTensor("dot", b);
  if (a.size !== b.size) {
    throw new ShapeError(`dot: takes tensors of one size, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += a.data[i]! * b.data[i]!;
  return total;
}

/** The position of the largest element in `[from, to)` of `values`, the first one on ties; −1 when it is empty. */
export function argmax(values: ArrayLike<number>, from = 0, to: number = values?.length): number {
  checkList("argmax", values);
  let best = -1;
  for (let i = from; i < Math.min(to, values.length); i++) {
    if (best < 0 || values[i]! > values[best]!) best = i;
  }
  return best;
}

/** `out[…] ← Σ_axis x[…, axis, …]`: the tensor without the axis. */
export function sumAxis(x: Tensor, axis: number): Tensor {
  checkTensor("sumAxis", x);
  const extent = x.shape[axis];
  if (extent === undefined) {
    throw new ShapeError(`sumAxis: takes an axis of ${formatShape(x.shape)}, got ${axis}`);
  }
  return sumTo(x, x.shape.with(axis, 1)).reshape(x.shape.toSpliced(axis, 1));
}

/** `‖a − b‖ / ‖b‖` in the Euclidean norm: 0 when both vanish, infinite when only `b` does. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkList("relativeError", a);
  checkList("relativeError", b);
  if (a.length !== b.length) {
    throw new ShapeError(`relativeError: takes equal lengths, got ${a.length} and ${b.length}`);
  }
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  if (difference === 0) return 0;
  return Math.sqrt(difference / norm);
}
