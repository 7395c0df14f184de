/** A tensor as a file holds it: seen in place, converted when asked for. */
import { EncodedTensor, sizeOf, Tensor, type Shape } from "@relprop/tensor";
import { decode, encodedFloats, toFloat32, type DType, type Numbers } from "./dtype.ts";

/** Little-endian, row-major numbers somewhere in a file. */
export class StoredTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  /** The file's own bytes, not a copy. */
  readonly bytes: Uint8Array;

  constructor(dtype: DType, shape: Shape, bytes: Uint8Array) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The numbers in the smallest array that holds them; 64-bit integers as doubles, exact up to 2^53. */
  numbers(): Numbers {
    return decode(this.bytes, this.dtype);
  }

  /** The numbers as doubles: F64 as stored. */
  float64(): Float64Array {
    const numbers = this.numbers();
    return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
  }

  /** The numbers as a weight: half floats, if they are many, stay as they are stored. */
  weight(): Tensor {
    const encoded = encodedFloats(this.bytes, this.dtype);
    return encoded === undefined ? this.tensor() : new EncodedTensor(this.shape, encoded);
  }

  /**
   * The numbers rounded to 32-bit floats. F32 data that is aligned to 4 bytes is seen in place; anything else is
   * copied once, into memory of the kernels in use.
   */
  tensor(): Tensor {
    return new Tensor(this.shape, toFloat32(this.numbers()));
  }
}
