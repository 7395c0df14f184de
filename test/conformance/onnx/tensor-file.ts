/** Tensors as the ONNX project's suite stores them: one `TensorProto` a file. Read here anew, not by what is tested. */
import { readFileSync } from "node:fs";
import { Integers, sizeOf, Tensor, type IntegerType, type Shape, type Value } from "@relprop/tensor";

/** A tensor of a file; whole numbers are exact. */
export interface TensorFile {
  /** `"float32"`, `"float16"`, `"float64"`, or how whole numbers calculate. */
  readonly type: "float16" | "float32" | "float64" | IntegerType;
  readonly shape: Shape;
  readonly numbers: readonly (number | bigint)[];
}

const TYPES: Readonly<Record<number, TensorFile["type"]>> = {
  1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
  11: "float64", 12: "uint32", 13: "uint64",
};

/** Reads the file; throws for element types that no value here has. */
export function readTensorFile(path: string): TensorFile {
  const bytes = readFileSync(path);
  const shape: number[] = [];
  const listed: (number | bigint)[] = [];
  let [code, raw] = [0, undefined as Uint8Array | undefined];
  for (const { field, value } of fields(bytes)) {
    if (field === 1) shape.push(...varints(value).map(Number));
    else if (field === 2) code = Number(value);
    else if (field === 9) raw = value as Uint8Array;
    else if (field === 4) listed.push(...floats(value as Uint8Array, 4));
    else if (field === 10) listed.push(...floats(value as Uint8Array, 8));
    else if (field === 5 || field === 7 || field === 11) listed.push(...varints(value));
  }
  const type = TYPES[code];
  if (type === undefined) throw new RangeError(`tensor file: takes numbers, got element type ${code}`);
  const numbers = raw === undefined ? listed.map((value) => fromList(value, type)) : fromRaw(raw, type);
  if (numbers.length !== sizeOf(shape)) throw new RangeError(`tensor file: takes whole tensors, got ${path}`);
  return { type, shape, numbers };
}

/** What a network is fed; throws where its whole numbers cannot be said exactly. */
export function valueOf({ type, shape, numbers }: TensorFile): Value {
  if (type.startsWith("float")) return new Tensor(shape, Float32Array.from(numbers as readonly number[]));
  const data = Float64Array.from(numbers, Number);
  if (!data.every(Number.isSafeInteger)) throw new RangeError("takes inputs up to 2^53, got more");
  return new Integers(shape, data, type as IntegerType);
}

interface Field {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

function* fields(bytes: Uint8Array): Iterable<Field> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;; shift += 7n) {
      const byte = BigInt(bytes[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [field, wire] = [key >> 3, key & 7];
    if (wire === 0) yield { field, value: varint() };
    else {
      const length = wire === 2 ? Number(varint()) : wire === 5 ? 4 : 8;
      yield { field, value: bytes.subarray(at, at + length) };
      at += length;
    }
  }
}

function varints(value: bigint | Uint8Array): bigint[] {
  if (typeof value === "bigint") return [value];
  const result: bigint[] = [];
  let [current, shift] = [0n, 0n];
  for (const byte of value) {
    current |= BigInt(byte & 127) << shift;
    if (byte >= 128) shift += 7n;
    else {
      result.push(current);
      [current, shift] = [0n, 0n];
    }
  }
  return result;
}

function floats(bytes: Uint8Array, width: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / width }, (_, i) =>
    (width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true)));
}

function fromList(value: number | bigint, type: TensorFile["type"]): number | bigint {
  if (typeof value === "number") return value;
  if (type === "float16") return half(Number(value));
  return type === "uint64" ? value : BigInt.asIntN(64, value);
}

function fromRaw(raw: Uint8Array, type: TensorFile["type"]): (number | bigint)[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const [width, read] = READERS[type];
  return Array.from({ length: raw.length / width }, (_, i) => read(view, i * width));
}

type ReadNumber = (view: DataView, at: number) => number | bigint;

const READERS: Readonly<Record<TensorFile["type"], readonly [width: number, read: ReadNumber]>> = {
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float64: [8, (view, at) => view.getFloat64(at, true)],
  bool: [1, (view, at) => view.getUint8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint16: [2, (view, at) => view.getUint16(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  uint32: [4, (view, at) => view.getUint32(at, true)],
  int32: [4, (view, at) => view.getInt32(at, true)],
  uint64: [8, (view, at) => view.getBigUint64(at, true)],
  int64: [8, (view, at) => view.getBigInt64(at, true)],
};

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
