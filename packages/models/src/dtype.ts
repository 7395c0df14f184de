/** Number formats that files store, and how their bytes become arrays. Names are those of safetensors. */
import { brainFloats, halfFloats, kernels, type Encoded, type Levels } from "@relprop/tensor";

/** How a file stores numbers: float, brain float, integer, unsigned, and their bits. */
export type DType =
  | "F64" | "F32" | "F16" | "BF16"
  | "I64" | "I32" | "I16" | "I8"
  | "U64" | "U32" | "U16" | "U8" | "BOOL";

/** Arrays that numbers of any format fit in. */
export type Numbers =
  | Float64Array | Float32Array
  | Int32Array | Int16Array | Int8Array
  | Uint32Array | Uint16Array | Uint8Array;

const BYTES: Readonly<Record<DType, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
};

/** A kind of typed array. */
interface NumbersConstructor {
  new (buffer: ArrayBuffer, offset: number, length: number): Numbers;
  from(numbers: Iterable<number>): Numbers;
}

/** The smallest arrays that hold each exactly; 64-bit integers become doubles, exact up to 2^53. */
export const ARRAYS: Readonly<Record<DType, NumbersConstructor>> = {
  F64: Float64Array, F32: Float32Array, F16: Float32Array, BF16: Float32Array,
  I64: Float64Array, I32: Int32Array, I16: Int16Array, I8: Int8Array,
  U64: Float64Array, U32: Uint32Array, U16: Uint16Array, U8: Uint8Array, BOOL: Uint8Array,
};

/** The formats in the order errors list them. */
export const DTYPES: readonly DType[] = Object.keys(BYTES) as DType[];

/** Bytes per number. */
export function byteSize(dtype: DType): number {
  return BYTES[dtype];
}

/** Whether the numbers are whole. */
export function isInteger(dtype: DType): boolean {
  return !dtype.includes("F");
}

/** The numbers in little-endian `bytes`, in an array of `ARRAYS`. A view where alignment allows, else a copy. */
export function decode(bytes: Uint8Array, dtype: DType): Numbers {
  switch (dtype) {
    case "F16":
    case "BF16": return widened(halves(bytes, dtype));
    case "I64": return wide(bytes, (high) => high | 0);
    case "U64": return wide(bytes, (high) => high);
    case "F32": if (!isAligned(bytes, 4)) return float32Copy(bytes);
  }
  return new ARRAYS[dtype](...aligned(bytes, byteSize(dtype)));
}

/**
 * What `decode` gives, in memory of its own: among other things a quarter of the numbers happens to be aligned, and
 * views of them would keep all the file beside the copies of the others.
 */
export function decodeCopy(bytes: Uint8Array, dtype: DType): Numbers {
  return dtype === "F32" ? float32Copy(bytes) : decode(new Uint8Array(bytes), dtype);
}

/** The numbers rounded to 32-bit floats: themselves where they are, else in memory the kernels use without copying. */
export function toFloat32(numbers: Numbers): Float32Array {
  if (numbers instanceof Float32Array) return numbers;
  const result = kernels().allocate(numbers.length);
  result.set(numbers);
  return result;
}

/** As many numbers as are worth being kept as they are stored. */
const MANY = 4096;

/** Many half or brain floats, kept as they are stored; `undefined` for few, and for other formats. */
export function encodedFloats(bytes: Uint8Array, dtype: DType): Encoded | undefined {
  if (dtype !== "F16" && dtype !== "BF16" || bytes.length < 2 * MANY) return undefined;
  return halves(bytes, dtype);
}

/** Whether whole numbers are worth being kept as they are stored, and are stored in few bits. */
export function areLevels(numbers: Numbers): numbers is Levels {
  return numbers.length >= MANY && numbers.BYTES_PER_ELEMENT <= 2;
}

function halves(bytes: Uint8Array, dtype: "F16" | "BF16"): Encoded {
  return (dtype === "F16" ? halfFloats : brainFloats)(new Uint16Array(...aligned(bytes, 2)));
}

function widened(encoded: Encoded): Float32Array {
  const result = kernels().allocate(encoded.length);
  encoded.decode(0, encoded.length, result, 0);
  return result;
}

function isAligned(bytes: Uint8Array, size: number): boolean {
  return bytes.byteOffset % size === 0;
}

/** What a typed array's constructor needs to see `bytes`, moved where it may start if it must be. */
function aligned(bytes: Uint8Array, size: number): [buffer: ArrayBuffer, offset: number, length: number] {
  // Not slice(): that of Node's Buffer copies nothing.
  const seen = isAligned(bytes, size) ? bytes : new Uint8Array(bytes);
  return [seen.buffer as ArrayBuffer, seen.byteOffset, Math.floor(seen.length / size)];
}

function float32Copy(bytes: Uint8Array): Float32Array {
  const result = kernels().allocate(bytes.length >> 2);
  new Uint8Array(result.buffer, result.byteOffset, result.byteLength).set(bytes.subarray(0, result.byteLength));
  return result;
}

function wide(bytes: Uint8Array, highPart: (high: number) => number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const result = new Float64Array(bytes.length >> 3);
  for (let i = 0; i < result.length; i++) {
    result[i] = highPart(view.getUint32(8 * i + 4, true)) * 2 ** 32 + view.getUint32(8 * i, true);
  }
  return result;
}
