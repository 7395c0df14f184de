/** Values that are known when a model is read, and the making of new ones within bounds. */
import { kernels, sizeOf, Tensor, type Shape } from "@relprop/tensor";
import { isInteger, toFloat32, type DType, type Numbers } from "../dtype.ts";
import { ModelFormatError } from "../model-format-error.ts";
import { Positions } from "../positions.ts";

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

/**
 * How much a file may make of itself: memory for calculated constants, and positions that layers write down. A file
 * that asks for more than a multiple of its own size is refused before anything is allocated.
 */
export class Budget {
  readonly positions: Positions;
  /** The most bytes that constants may take. */
  readonly limit: number;
  #spent = 0;

  constructor(fileSize: number) {
    this.limit = 2 ** 21 + 6 * fileSize;
    this.positions = new Positions(fileSize);
  }

  /** Zeros of this shape, in an array that suits the type. */
  array(dtype: DType, shape: Shape): Numbers {
    const size = sizeOf(shape);
    const width = dtype === "BOOL" ? 1 : dtype === "F64" || isInteger(dtype) ? 8 : 4;
    this.spend(size * width);
    if (width === 1) return new Uint8Array(size);
    return width === 8 ? new Float64Array(size) : kernels().allocate(size).fill(0);
  }

  /** Throws a `ModelFormatError` where that many bytes are more than what is left. */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (!(this.#spent <= this.limit)) {
      throw new ModelFormatError(`loadOnnx: takes constants that calculate to at most ${this.limit} bytes, got more`);
    }
  }
}
