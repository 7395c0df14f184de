/** Operators on values that carry no relevance: calculated when what they read is known, at run time at the latest. */
import { ValueNeeded, type ComputedValue, type Described, type KnownValue, type Operator } from "@relprop/layers";
import { Integers, Tensor, type IntegerType, type Value } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import type { Attributes } from "./attributes.ts";
import { Budget, constantTensor, type Constant } from "./constant.ts";
import type { Fold } from "./fold/call.ts";
import type { Known } from "./value.ts";

/** One operator with what the file says of it. */
export interface Calculation {
  readonly opType: string;
  readonly attributes: Attributes;
  readonly version: number;
  readonly fold: Fold;
  /** The node's inputs: known, read while running (`"read"`), or left out. */
  readonly inputs: readonly (Known | "read" | undefined)[];
  /** The number of outputs, and which of them this is. */
  readonly outputs: number;
  readonly output: number;
  readonly dtype: DType;
  /** Inputs whose values, not only their shapes, decide the output's shape. */
  readonly decisive: readonly number[];
  /** What one calculation may make. */
  readonly limit: number;
}

/** A calculation as a step of a network. */
export function evaluation(calculation: Calculation): Operator {
  const { opType, inputs, decisive, dtype } = calculation;
  const positions = inputs.flatMap((input, i) => (input === "read" ? [i] : []));
  const given = (values: readonly (Value | undefined)[]): readonly (Constant | undefined)[] => inputs.map((input, i) =>
    input === "read" ? constantOf(values[positions.indexOf(i)]!) : input?.constant);
  return {
    kind: opType,
    role: "other",
    lower(described: readonly Described[]): KnownValue | ComputedValue {
      if (opType === "Shape" || opType === "Size") {
        return { value: calculate(calculation, given(described.map(blank))) };
      }
      const values = described.map(({ value }) => value);
      if (values.every((value) => value !== undefined)) return { value: calculate(calculation, given(values)) };
      const open = positions.findIndex((position, i) => decisive.includes(position) && values[i] === undefined);
      if (open >= 0) throw new ValueNeeded(open);
      // The shape does not depend on unknown values: zeros have it too.
      const { shape } = calculate(calculation, given(described.map((input) => input.value ?? blank(input))), true);
      return {
        shape,
        type: isInteger(dtype) ? INTEGER_TYPES[dtype]! : "float",
        compute: (actual) => calculate(calculation, given(actual)),
      };
    },
  };
}

function calculate(calculation: Calculation, inputs: readonly (Constant | undefined)[], trial = false): Value {
  const { attributes, version, fold, outputs, output, limit } = calculation;
  const made = fold({ attributes, version, inputs, outputs, budget: new Budget(limit), trial })[output];
  if (made === undefined) throw new RangeError(`has no output ${output} here`);
  return valueOf(made);
}

/** Zeros of the described shape and type. */
function blank({ type, shape }: Described): Value {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (type === "float") return new Tensor(shape, new Float32Array(size));
  return new Integers(shape, new Float64Array(size), type);
}

const INTEGER_TYPES: Readonly<Partial<Record<DType, IntegerType>>> = {
  BOOL: "bool", I8: "int8", I16: "int16", I32: "int32", I64: "int64",
  U8: "uint8", U16: "uint16", U32: "uint32", U64: "uint64",
};

const DTYPES: Readonly<Record<IntegerType, DType>> = {
  bool: "BOOL", int8: "I8", int16: "I16", int32: "I32", int64: "I64",
  uint8: "U8", uint16: "U16", uint32: "U32", uint64: "U64",
};

/** How whole numbers of a format calculate; `undefined` for floats. */
export function integerType(dtype: DType): IntegerType | undefined {
  return INTEGER_TYPES[dtype];
}

/** A value of a network as the operators on known values take it. */
export function constantOf(value: Value): Constant {
  return value instanceof Integers
    ? { dtype: DTYPES[value.type], shape: value.shape, data: value.data }
    : { dtype: "F32", shape: value.shape, data: value.data };
}

/** What an operator on known values made, as a value of a network. */
export function valueOf(constant: Constant): Value {
  const type = INTEGER_TYPES[constant.dtype];
  if (type === undefined) return constantTensor(constant);
  const { data } = constant;
  return new Integers(constant.shape, data instanceof Float32Array ? Float64Array.from(data) : data, type);
}
