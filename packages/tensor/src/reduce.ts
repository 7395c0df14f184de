/** Sums, maxima and products that shrink a tensor; all add in double precision. */
import { kernels } from "./active.ts";
import { ShapeError, formatShape, sizeOf } from "./shape.ts";
import { empty, type Tensor } from "./tensor.ts";

/** `Σ x`, added in double precision. */
export function sum(x: Tensor): number {
  let total = 0;
  for (let i = 0; i < x.data.length; i++) total += x.data[i]!;
  return total;
}

// Of fewer elements a loop knows sooner.
const worthKernels = 4096;

/** Whether no element is infinite or NaN: so is then their sum in double precision. */
export function allFinite({ data }: Tensor): boolean {
  const { sumAxis } = kernels();
  if (sumAxis === undefined || data.length < worthKernels) return Number.isFinite(sumInParts(data));
  const mean = new Float32Array(1);
  sumAxis(1, data.length, 1, data.length, data, undefined, mean);
  return Number.isFinite(mean[0]);
}

/** Four sums that do not wait for one another. */
function sumInParts(data: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a += data[i]!;
    b += data[i + 1]!;
    c += data[i + 2]!;
    d += data[i + 3]!;
  }
  for (let i = whole; i < data.length; i++) a += data[i]!;
  return a + b + c + d;
}

/** `Σ a[i] b[i]` over tensors of one size, added in double precision. */
export function dot(a: Tensor, b: Tensor): number {
  if (a.size !== b.size) {
    throw new ShapeError(`dot: takes tensors of one size, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += a.data[i]! * b.data[i]!;
  return total;
}

/** The position of the largest element in `[from, to)` of `values`, the first one on ties; −1 when it is empty. */
export function argmax(values: ArrayLike<number>, from = 0, to: number = values.length): number {
  let best = -1;
  for (let i = from; i < Math.min(to, values.length); i++) {
    if (best < 0 || values[i]! > values[best]!) best = i;
  }
  return best;
}

/** `out[…] ← Σ_axis x[…, axis, …]`: the tensor without the axis. */
export function sumAxis(x: Tensor, axis: number): Tensor {
  const extent = x.shape[axis];
  if (extent === undefined) {
    throw new ShapeError(`sumAxis: takes an axis of ${formatShape(x.shape)}, got ${axis}`);
  }
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const out = empty(x.shape.filter((_, other) => other !== axis));
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = 0;
      for (let e = 0; e < extent; e++) total += x.data[(o * extent + e) * inner + i]!;
      out.data[o * inner + i] = total;
    }
  }
  return out;
}

/** `‖a − b‖ / ‖b‖` in the Euclidean norm: 0 when both vanish, infinite when only `b` does. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
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
