/** One number at a time, and two with broadcasting. */
import { broadcastShape } from "@relprop/tensor";
import { isInteger, type DType } from "../../dtype.ts";
import { DATA_TYPES } from "../tensor-proto.ts";
import type { Constant } from "../constant.ts";
import { broadcastStrides, walkTogether } from "../../strided.ts";
import { input, type Fold, type FoldCall } from "./call.ts";

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Cos: Math.cos,
  Exp: Math.exp,
  Floor: Math.floor,
  Identity: (x) => x,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)), // halves to even
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sign: Math.sign,
  Sin: Math.sin,
  Sqrt: Math.sqrt,
  Tanh: Math.tanh,
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Div: (a, b) => a / b,
  Max: (a, b) => (a > b || a !== a ? a : b),
  Min: (a, b) => (a < b || a !== a ? a : b),
  Mul: (a, b) => a * b,
  Pow: (a, b) => a ** b,
  Sub: (a, b) => a - b,
  Sum: (a, b) => a + b,
};

const LOGICAL: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  And: (a, b) => a !== 0 && b !== 0,
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Or: (a, b) => a !== 0 || b !== 0,
  Xor: (a, b) => (a !== 0) !== (b !== 0),
};

/** Arithmetic, comparisons, casts. */
export const elementwiseFolds: readonly (readonly [string, Fold])[] = [
  ...Object.entries(UNARY).map(([name, f]): [string, Fold] => [name, (call) => [unary(call, f)]]),
  ...Object.entries(BINARY).map(([name, f]): [string, Fold] => [name, (call) => [variadic(call, f, name)]]),
  ...Object.entries(LOGICAL).map(([name, f]): [string, Fold] => [
    name, (call) => [binary(call, input(call, 0), input(call, 1), (a, b) => Number(f(a, b)), "BOOL")],
  ]),
  ["Mod", (call) => [binary(call, input(call, 0), input(call, 1), modulo(call), numberType(input(call, 0)))]],
  ["Not", (call) => [map(call, input(call, 0), (x) => Number(x === 0), "BOOL")]],
  ["Where", where],
  ["Cast", cast],
  ["Clip", clip],
];

function unary(call: FoldCall, f: (x: number) => number): Constant {
  const x = input(call, 0);
  return f === UNARY["Identity"] ? x : map(call, x, f, numberType(x));
}

function map(call: FoldCall, x: Constant, f: (x: number) => number, dtype: DType): Constant {
  const data = call.budget.array(dtype, x.shape);
  for (let i = 0; i < data.length; i++) data[i] = f(x.data[i]!);
  return { dtype, shape: x.shape, data };
}

function variadic(call: FoldCall, f: (a: number, b: number) => number, name: string): Constant {
  let result = input(call, 0);
  for (let i = 1; i < call.inputs.length; i++) {
    const other = input(call, i);
    const dtype = name === "Pow" ? numberType(result) : widest(numberType(result), numberType(other));
    const whole = name === "Div" && isInteger(dtype);
    result = binary(call, result, other, whole ? wholeQuotient : f, dtype);
  }
  return result;
}

function wholeQuotient(a: number, b: number): number {
  if (b === 0) throw new RangeError("takes whole numbers divided by others than 0, got 0");
  return Math.trunc(a / b);
}

/** `fmod = 1` keeps the sign of the dividend, otherwise the divisor's counts. */
function modulo({ attributes }: FoldCall): (a: number, b: number) => number {
  return attributes.integer("fmod") === 1 ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b);
}

function binary(
  call: FoldCall, a: Constant, b: Constant, f: (a: number, b: number) => number, dtype: DType,
): Constant {
  const shape = broadcastShape("broadcasting", a.shape, b.shape);
  const data = call.budget.array(dtype, shape);
  const [left, right] = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  let next = 0;
  walkTogether(shape, left, right, (i, j) => {
    data[next++] = f(a.data[i]!, b.data[j]!);
  });
  return { dtype, shape, data };
}

function where(call: FoldCall): readonly Constant[] {
  const [condition, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
  const dtype = widest(numberType(a), numberType(b));
  const shape = broadcastShape("Where", condition.shape, broadcastShape("Where", a.shape, b.shape));
  const data = call.budget.array(dtype, shape);
  const strides = (x: Constant): number[] => broadcastStrides(x.shape, shape);
  let next = 0;
  walkTogether(shape, strides(condition), strides(a), (i, j) => {
    data[next++] = condition.data[i] === 0 ? NaN : a.data[j]!;
  });
  next = 0;
  walkTogether(shape, strides(condition), strides(b), (i, j) => {
    if (condition.data[i] === 0) data[next] = b.data[j]!;
    next++;
  });
  return [{ dtype, shape, data }];
}

function cast(call: FoldCall): readonly Constant[] {
  const x = input(call, 0);
  const code = call.attributes.integer("to") ?? 0;
  const dtype = DATA_TYPES.get(code);
  if (dtype === undefined) throw new RangeError(`takes a number format to cast to, got ${code}`);
  if (dtype === "BOOL") return [map(call, x, (value) => Number(value !== 0), dtype)];
  return [isInteger(dtype) ? map(call, x, Math.trunc, "I64") : map(call, x, (value) => value, floatType(dtype))];
}

function clip(call: FoldCall): readonly Constant[] {
  const [low, high] = [call.inputs[1]?.data[0], call.inputs[2]?.data[0]];
  const from = low ?? call.attributes.float("min") ?? -Infinity;
  const to = high ?? call.attributes.float("max") ?? Infinity;
  const x = input(call, 0);
  return [map(call, x, (value) => Math.min(Math.max(value, from), to), numberType(x))];
}

/** Whole numbers calculate as 64-bit ones, half floats as floats. */
export function numberType({ dtype }: Constant): DType {
  return dtype === "BOOL" || isInteger(dtype) ? "I64" : floatType(dtype);
}

function floatType(dtype: DType): DType {
  return dtype === "F64" ? "F64" : "F32";
}

function widest(a: DType, b: DType): DType {
  if (a === "F64" || b === "F64") return "F64";
  return a === "F32" || b === "F32" ? "F32" : "I64";
}
