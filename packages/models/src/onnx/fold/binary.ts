/** Two numbers at a time, with broadcasting. */
import { broadcastShape } from "@relprop/tensor";
import { isInteger, type DType } from "../../dtype.ts";
import { broadcastStrides, walkTogether } from "../../strided.ts";
import type { Constant } from "../constant.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { numberType, stored, widest, widthOf } from "./whole.ts";

type Pair = (a: number, b: number) => number;

const ARITHMETIC: Readonly<Record<string, Pair>> = {
  Add: (a, b) => a + b,
  Max: (a, b) => (a > b || a !== a ? a : b),
  Mean: (a, b) => a + b,
  Min: (a, b) => (a < b || a !== a ? a : b),
  Mul: (a, b) => a * b,
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

const BITS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  BitwiseAnd: (a, b) => a & b,
  BitwiseOr: (a, b) => a | b,
  BitwiseXor: (a, b) => a ^ b,
};

/** Arithmetic, comparisons, logic. */
export const binaryFolds: readonly (readonly [string, Fold])[] = [
  ...Object.entries(ARITHMETIC).map(([name, f]): [string, Fold] => [name, (call) => [variadic(call, name, f)]]),
  ...Object.entries(LOGICAL).map(([name, f]): [string, Fold] => [
    name, (call) => [binary(call, ...operands(call), "BOOL", (a, b) => Number(f(a, b)))],
  ]),
  ...Object.entries(BITS).map(([name, f]): [string, Fold] => [name, (call) => [bitwise(call, f)]]),
  ["BitShift", (call) => {
    const left = call.attributes.text("direction") === "LEFT";
    return [bitwise(call, (a, b) => {
      if (b < 0n) throw new RangeError(`takes shifts >= 0, got ${b}`);
      // By 64 or more, nothing is left: and nobody is to compute how much that was.
      return b >= 64n ? 0n : left ? a << b : a >> b;
    })];
  }],
  ["Div", (call) => {
    const [a, b] = operands(call);
    const dtype = widest(numberType(a), numberType(b));
    return [binary(call, a, b, dtype, isInteger(dtype) ? quotient : (x, y) => x / y)];
  }],
  ["Mod", (call) => {
    const [a, b] = operands(call);
    return [binary(call, a, b, numberType(a), modulo(call, isInteger(a.dtype)))];
  }],
  ["Pow", (call) => {
    const [a, b] = operands(call);
    const dtype = numberType(a);
    return [binary(call, a, b, dtype, isInteger(dtype) ? wholePower(dtype) : (x, y) => x ** y)];
  }],
  ["Where", (call) => [where(call)]],
];

function operands(call: FoldCall): readonly [Constant, Constant] {
  return [input(call, 0), input(call, 1)];
}

function variadic(call: FoldCall, name: string, f: Pair): Constant {
  let result = input(call, 0);
  for (let i = 1; i < call.inputs.length; i++) {
    const other = input(call, i);
    const dtype = widest(numberType(result), numberType(other));
    result = binary(call, result, other, dtype, whole(name, dtype, f));
  }
  if (name !== "Mean") return result;
  return { ...result, data: Float64Array.from(result.data, (sum) => sum / call.inputs.length) };
}

/** Products of 32-bit numbers reach beyond what doubles hold; what wraps around of them does not. */
function whole(name: string, dtype: DType, f: Pair): Pair {
  return name === "Mul" && (dtype === "I32" || dtype === "U32") ? Math.imul : f;
}

function quotient(a: number, b: number): number {
  if (b === 0) throw new RangeError("takes whole numbers divided by others than 0, got 0");
  return Math.trunc(a / b);
}

/** `fmod = 1` keeps the sign of the dividend, otherwise the divisor's counts. */
function modulo({ attributes }: FoldCall, isWhole: boolean): Pair {
  const rest: Pair = attributes.integer("fmod") === 1 ? (a, b) => a % b : (a, b) => {
    const left = a % b;
    return left !== 0 && (left < 0) !== (b < 0) ? left + b : left;
  };
  return isWhole ? (a, b) => (b === 0 ? quotient(a, b) : rest(a, b)) : rest;
}

function wholePower(dtype: DType): Pair {
  const [bits, signed] = widthOf(dtype);
  return (a, b) => {
    if (!Number.isInteger(b) || b < 0) return Math.trunc(a ** b);
    let [wide, square] = [1n, BigInt.asUintN(bits, BigInt(a))];
    for (let rest = b; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) wide = BigInt.asUintN(bits, wide * square);
      square = BigInt.asUintN(bits, square * square);
    }
    return Number(signed ? BigInt.asIntN(bits, wide) : wide);
  };
}

function bitwise(call: FoldCall, f: (a: bigint, b: bigint) => bigint): Constant {
  const [a, b] = operands(call);
  const [bits, signed] = widthOf(a.dtype);
  widthOf(b.dtype); // floats have no bits to be met
  return binary(call, a, b, a.dtype, (x, y) => {
    const wide = f(BigInt(x), BigInt(y));
    return Number(signed ? BigInt.asIntN(bits, wide) : BigInt.asUintN(bits, wide));
  });
}

function binary(call: FoldCall, a: Constant, b: Constant, dtype: DType, f: Pair): Constant {
  const shape = broadcastShape("broadcasting", a.shape, b.shape);
  const data = call.budget.array(dtype, shape);
  if (call.trial === true) return { dtype, shape, data };
  const [left, right] = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  const store = stored(dtype);
  let next = 0;
  walkTogether(shape, left, right, (i, j) => {
    data[next++] = store(f(a.data[i]!, b.data[j]!));
  });
  return { dtype, shape, data };
}

function where(call: FoldCall): Constant {
  const [condition, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
  const dtype = widest(numberType(a), numberType(b));
  const shape = broadcastShape("Where", condition.shape, broadcastShape("Where", a.shape, b.shape));
  const data = call.budget.array(dtype, shape);
  if (call.trial === true) return { dtype, shape, data };
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
  return { dtype, shape, data };
}
