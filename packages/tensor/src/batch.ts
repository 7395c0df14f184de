/** Samples made one value. */
import { checkKind } from "./check-kind.ts";
import { Integers, type IntegerData, type Value } from "./integers.ts";
import { formatShape, sameShape, ShapeError, type Shape } from "./shape.ts";
import { empty, Tensor } from "./tensor.ts";

/** Tensors of one shape along a new first axis: n of `[…]` make `[n, …]`. Throws a `ShapeError` for none. */
export function stack(values: readonly Tensor[]): Tensor;
/** Values of one shape and type along a new first axis. */
export function stack(values: readonly Value[]): Value;
export function stack(values: readonly Value[]): Value {
  checkValues("stack", values);
  const [first] = values;
  if (first === undefined) throw new ShapeError("stack: takes at least one tensor, got none");
  for (const { shape } of values) {
    if (!sameShape(shape, first.shape)) throw misfit("stack", "tensors of one shape", first.shape, shape);
  }
  return joined("stack", [values.length, ...first.shape], values);
}

/** Batches one behind another: `[n, …]` and `[m, …]` make `[n + m, …]`. Throws a `ShapeError` for none. */
export function batched(batches: readonly Tensor[]): Tensor;
/** Batches of one type, one behind another. */
export function batched(batches: readonly Value[]): Value;
export function batched(batches: readonly Value[]): Value {
  checkValues("batched", batches);
  const [first] = batches;
  if (first === undefined) throw new ShapeError("batched: takes at least one tensor, got none");
  for (const { shape } of batches) {
    if (shape.length === 0 || !sameShape(shape.slice(1), first.shape.slice(1))) {
      throw misfit("batched", "batches of one shape of sample", first.shape, shape);
    }
  }
  const count = batches.reduce((total, { shape }) => total + shape[0]!, 0);
  return joined("batched", [count, ...first.shape.slice(1)], batches);
}

function checkValues(who: string, values: readonly Value[]): void {
  checkKind(who, "tensors as a list", values, Array.isArray(values));
  const wrong = values.find((value) => typeof value?.shape?.every !== "function" || value.data?.length === undefined);
  checkKind(who, "tensors", wrong, !values.includes(wrong!));
}

function joined(who: string, shape: Shape, parts: readonly Value[]): Value {
  const [first] = parts as readonly [Value];
  const types = new Set(parts.map((part) => (part instanceof Tensor ? "floats" : part.type)));
  if (types.size > 1) throw new TypeError(`${who}: takes values of one type, got ${[...types].join(" and ")}`);
  if (first instanceof Tensor) {
    const out = empty(shape);
    fill(out.data, parts);
    return out;
  }
  const { type, data } = first;
  const size = parts.reduce((total, part) => total + part.size, 0);
  const out = new (data.constructor as new (length: number) => IntegerData)(size);
  fill(out, parts);
  return new Integers(shape, out, type);
}

function fill(out: Float32Array | IntegerData, parts: readonly Value[]): void {
  let at = 0;
  for (const { data, size } of parts) {
    out.set(data, at);
    at += size;
  }
}

function misfit(who: string, takes: string, one: Shape, other: Shape): ShapeError {
  return new ShapeError(`${who}: takes ${takes}, got ${formatShape(one)} and ${formatShape(other)}`);
}
