/** One number at a time. */
import { isInteger, type DType } from "../../dtype.ts";
import { encodedConstant, type Constant } from "../constant.ts";
import { DATA_TYPES } from "../tensor-proto.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { converted, numberType, roundToEven, stored, widthOf } from "./whole.ts";

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Acos: Math.acos,
  Acosh: Math.acosh,
  Asin: Math.asin,
  Asinh: Math.asinh,
  Atan: Math.atan,
  Atanh: Math.atanh,
  Ceil: Math.ceil,
  Cos: Math.cos,
  Cosh: Math.cosh,
  Exp: Math.exp,
  Floor: Math.floor,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => (x < 0 ? 0 : x),
  Round: roundToEven,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sign: Math.sign,
  Sin: Math.sin,
  Sinh: Math.sinh,
  Sqrt: Math.sqrt,
  Tan: Math.tan,
  Tanh: Math.tanh,
};

/** Functions, casts, tests of single numbers. */
export const elementwiseFolds: readonly (readonly [string, Fold])[] = [
  ...Object.entries(UNARY).map(([name, f]): [string, Fold] => [name, (call) => {
    const dtype = numberType(input(call, 0));
    const store = stored(dtype);
    return [mapped(call, dtype, isInteger(dtype) ? (x) => store(f(x)) : f)];
  }]),
  ["Identity", (call) => [input(call, 0)]],
  ["Dropout", (call) => {
    if ((call.inputs[2]?.data[0] ?? 0) !== 0) throw new RangeError("takes the inference form, got training_mode");
    return [input(call, 0), mapped(call, "BOOL", () => 1)];
  }],
  ["Not", (call) => [mapped(call, "BOOL", (x) => Number(x === 0))]],
  ["BitwiseNot", (call) => {
    const { dtype } = input(call, 0);
    return [mapped(call, dtype, widthOf(dtype)[1] ? (x) => -x - 1 : (x) => 2 ** widthOf(dtype)[0] - 1 - x)];
  }],
  ["IsNaN", (call) => [mapped(call, "BOOL", (x) => Number(x !== x))]],
  ["IsInf", (call) => {
    const [up, down] = ["detect_positive", "detect_negative"].map((name) => call.attributes.integer(name) !== 0);
    return [mapped(call, "BOOL", (x) => Number((up! && x === Infinity) || (down! && x === -Infinity)))];
  }],
  ["Cast", (call) => [castTo(call, castType(call.attributes.type("to")))]],
  ["CastLike", (call) => [castTo(call, input(call, 1).dtype)]],
  ["BitCast", (call) => [bitsAs(call, castType(call.attributes.type("to")))]],
  ["Clip", (call) => {
    const [low, high] = [call.inputs[1]?.data[0], call.inputs[2]?.data[0]];
    const from = low ?? call.attributes.float("min") ?? -Infinity;
    const to = high ?? call.attributes.float("max") ?? Infinity;
    return [mapped(call, numberType(input(call, 0)), (value) => Math.min(Math.max(value, from), to))];
  }],
];

/** The first input with every number replaced. */
function mapped(call: FoldCall, dtype: DType, f: (x: number) => number): Constant {
  const x = input(call, 0);
  const data = call.budget.array(dtype, x.shape);
  const from = x.data;
  if (call.trial !== true) for (let i = 0; i < data.length; i++) data[i] = f(from[i]!);
  return { dtype, shape: x.shape, data };
}

const NAMES: Readonly<Record<string, DType>> = {
  FLOAT: "F32", FLOAT16: "F16", DOUBLE: "F64", BOOL: "BOOL", INT8: "I8", INT16: "I16", INT32: "I32", INT64: "I64",
  UINT8: "U8", UINT16: "U16", UINT32: "U32", UINT64: "U64",
};

/** The format that a code stands for, or a name as the oldest operator sets have it. */
export function castType(type: number | string | undefined): DType {
  const dtype = typeof type === "number" ? DATA_TYPES.get(type) : NAMES[type ?? ""];
  if (dtype === undefined) throw new RangeError(`takes a number format to cast to, got ${type ?? "none"}`);
  return dtype;
}

function castTo(call: FoldCall, dtype: DType): Constant {
  const x = input(call, 0);
  if (dtype === "BF16") throw new RangeError("takes casts to numbers that are kept as they are, got one to BF16");
  if (x.dtype === dtype) return x;
  // Every half float is a float.
  if (dtype === "F32" && x.encoded !== undefined) return encodedConstant(dtype, x.shape, x.encoded);
  return mapped(call, dtype, converted(dtype, x.dtype));
}

/** The same bits read as another format of the same width. */
function bitsAs(call: FoldCall, dtype: DType): Constant {
  const x = input(call, 0);
  if (x.dtype === "I64" && dtype === "F64") {
    const { buffer } = BigInt64Array.from(Array.from(x.data), BigInt);
    return mapped({ ...call, inputs: [{ ...x, data: new Float64Array(buffer) }] }, dtype, (value) => value);
  }
  const [reads, writes] = [ARRAYS[x.dtype], ARRAYS[dtype]];
  if (reads === undefined || writes === undefined || reads.BYTES_PER_ELEMENT !== writes.BYTES_PER_ELEMENT) {
    throw new RangeError(`takes formats of 8, 16 or 32 bits and the same width, got ${x.dtype} and ${dtype}`);
  }
  const seen = new writes(reads.from(x.data).buffer);
  return mapped({ ...call, inputs: [{ ...x, data: Float64Array.from(seen) }] }, dtype, (value) => value);
}

const ARRAYS: Readonly<Partial<Record<DType, BitArray>>> = {
  F32: Float32Array, F64: Float64Array, I8: Int8Array, I16: Int16Array, I32: Int32Array,
  U8: Uint8Array, U16: Uint16Array, U32: Uint32Array,
};

type BitArray =
  | typeof Float32Array | typeof Float64Array | typeof Int8Array | typeof Int16Array | typeof Int32Array
  | typeof Uint8Array | typeof Uint16Array | typeof Uint32Array;
