/** Operators on values that carry no relevance: calculated when what they read is known, at run time at the latest. */
import {
  Allowance, spanOf, ValueNeeded, type ComputedValue, type Described, type KnownValue, type Operator,
} from "@relprop/layers";
import { Integers, sizeOf, type IntegerType, type Shape, type Value } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import { Budget } from "../budget.ts";
import type { Attributes } from "./attributes.ts";
import { constantTensor, type Constant } from "./constant.ts";
import { calculated, type Fold } from "./fold/call.ts";
import type { Outcome } from "./fold/outcome.ts";
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
  /** What is known beforehand of what the operator makes. */
  readonly outcome: Outcome;
}

/** A calculation as a step of a network. */
export function evaluation(calculation: Calculation): Operator {
  const { opType, inputs, outcome: { decisive, shaped = false }, dtype } = calculation;
  const positions = inputs.flatMap((input, i) => (input === "read" ? [i] : []));
  const given = (values: readonly Constant[]): readonly (Constant | undefined)[] => inputs.map((input, i) =>
    input === "read" ? values[positions.indexOf(i)]! : input?.constant);
  return {
    kind: opType,
    role: "other",
    lower(described: readonly Described[], allowance: Allowance): KnownValue | ComputedValue {
      const values = described.map(({ value }) => value);
      const isKnown = values.every((value) => value !== undefined);
      if (isKnown || opType === "Shape" || opType === "Size") {
        const constants = isKnown ? values.map(constantOf) : described.map(({ shape }) => unread(shape));
        return { value: valueOf(calculate(calculation, given(constants), new Budget(allowance))) };
      }
      const open = positions.findIndex((position, i) => decisive?.includes(position) && values[i] === undefined);
      if (open >= 0) throw new ValueNeeded(open);
      // The shape does not depend on unknown values: zeros have it too.
      const trial = described.map((input) =>
        (input.value === undefined ? blank(input, shaped, allowance) : constantOf(input.value)));
      const { shape } = calculate(calculation, given(trial), new Budget(allowance, shaped), true);
      return {
        shape,
        type: isInteger(dtype) ? INTEGER_TYPES[dtype]! : "float",
        // What it costs follows from its shape, which was allowed.
        compute: (actual) =>
          valueOf(calculate(calculation, given(actual.map(constantOf)), new Budget(new Allowance(Infinity)))),
      };
    },
  };
}

function calculate(
  calculation: Calculation, inputs: readonly (Constant | undefined)[], budget: Budget, trial = false,
): Constant {
  const { attributes, version, fold, outputs, output, outcome } = calculation;
  const call = { attributes, version, inputs, outputs, budget, trial };
  const made = calculated(fold, call, outcome)[output];
  if (made === undefined) throw new RangeError(`has no output ${output} here`);
  return made;
}

/** A constant of which nobody reads the numbers. */
function unread(shape: Shape): Constant {
  return { dtype: "F32", shape, data: new Float32Array(0) };
}

/** Zeros of the described shape and type; many of them need not be there where only shapes are asked for. */
function blank({ type, shape }: Described, onlyShapes: boolean, allowance: Allowance): Constant {
  const dtype = type === "float" ? "F32" : DTYPES[type];
  const size = sizeOf(shape);
  if (onlyShapes && size > FEW) return { dtype, shape, data: new Float32Array(0) };
  allowance.take(spanOf(shape));
  return { dtype, shape, data: type === "float" ? new Float32Array(size) : new Float64Array(size) };
}

const FEW = 2 ** 16;

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
