/** Values that are known when a model is read. */
import { Tensor, type Shape } from "@relprop/tensor";
import { toFloat32, type DType, type Numbers } from "../dtype.ts";

/** Numbers with a shape; `dtype` says how they calculate, `data` may be wider. */
export interface Constant {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Numbers;
}

/** A constant of whole numbers. */
export function integers(values: readonly number[], shape: Shape = [values.length]): Constant {
  return { dtype: "I64", shape, data: Float64Array.from(values) };
}

/** The constant as a tensor of 32-bit floats; shares memory where it can, and converts other numbers once. */
export function constantTensor({ dtype, shape, data }: Constant): Tensor {
  const floats = converted.get(data) ?? toFloat32(data);
  const lost = dtype !== "F64" || converted.has(data) ? -1 : floats.findIndex((value, i) =>
    Math.abs(value) === Infinity && Math.abs(data[i]!) !== Infinity);
  if (lost >= 0) throw new RangeError(`takes doubles that single precision holds, got ${data[lost]}`);
  converted.set(data, floats);
  return new Tensor(shape, floats);
}

/** Many nodes may read one constant, which is not to be there many times. */
const converted = new WeakMap<Numbers, Float32Array>();
