/** Values that are known when a model is read. */
import { EncodedTensor, Tensor, type Encoded, type Shape } from "@relprop/tensor";
import { toFloat32, type DType, type Numbers } from "../dtype.ts";
import { turnedOver } from "../transposed.ts";

/** Numbers with a shape; `dtype` says how they calculate, `data` may be wider. */
export interface Constant {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Numbers;
  /** Floats as the file stores them, in fewer bits; then `data` is decoded when asked for, and soon forgotten. */
  readonly encoded?: Encoded;
}

/** A constant of encoded floats. */
export function encodedConstant(dtype: DType, shape: Shape, encoded: Encoded): Constant {
  const tensor = new EncodedTensor(shape, encoded);
  return {
    dtype,
    shape,
    encoded,
    get data() {
      return tensor.data;
    },
  };
}

/** The constant with its numbers decoded, for whoever reads them one by one. */
export function decoded(constant: Constant): Constant {
  const { dtype, shape } = constant;
  return constant.encoded === undefined ? constant : { dtype, shape, data: constant.data };
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

/** The constant as a weight: encoded where it is, for layers whose products take it so. */
export function constantWeight(constant: Constant): Tensor {
  const { encoded, shape } = constant;
  if (encoded?.turned !== undefined) return turnedOver(new Tensor(shape.toReversed(), encoded.turned));
  return encoded === undefined ? constantTensor(constant) : new EncodedTensor(shape, encoded);
}

/** Many nodes may read one constant, which is not to be there many times. */
const converted = new WeakMap<Numbers, Float32Array>();
