/** Inputs that are made constants: a sampling rate, a mode, a setting. */
import { Integers, sizeOf, Tensor, type Shape, type Value } from "@relprop/tensor";
import { isInteger, type DType } from "../dtype.ts";
import type { Constant } from "./constant.ts";
import { constantOf } from "./evaluation.ts";
import type { ValueInfo } from "./schema.ts";
import { DATA_TYPES } from "./tensor-proto.ts";

/** What an input is bound to: a number, a list of numbers, or a value with a shape. */
export type Binding = number | boolean | readonly number[] | Value;

/** The constants that inputs are bound to, by name; throws a `RangeError` for names and values that do not fit. */
export function boundInputs(
  inputs: readonly ValueInfo[], bind: Readonly<Record<string, Binding>>,
): ReadonlyMap<string, Constant> {
  return new Map(Object.entries(bind).map(([name, binding]) => {
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) {
      const names = inputs.map((candidate) => `"${candidate.name}"`).join(", ");
      throw new RangeError(`loadOnnx: takes bindings of inputs ${names}, got one of "${name}"`);
    }
    return [name, boundTo(input, binding)];
  }));
}

function boundTo({ name, elementType = 1, shape }: ValueInfo, binding: Binding): Constant {
  const dtype = DATA_TYPES.get(elementType) ?? "F32";
  const given = binding instanceof Tensor || binding instanceof Integers ? constantOf(binding) : undefined;
  const numbers = given?.data ?? [binding as number | boolean | readonly number[]].flat().map(Number);
  const extents = given?.shape ?? shapeFor(shape, numbers.length);
  const misfit = Array.from(numbers).find((value) => Number.isNaN(value) || (isInteger(dtype) && value % 1 !== 0));
  const fits = shape === undefined || (shape.length === extents.length &&
    shape.every((extent, axis) => extent === undefined || extent === extents[axis]));
  if (misfit !== undefined || !fits || sizeOf(extents) !== numbers.length) {
    const takes = `${dtype} [${(shape ?? []).map((extent) => extent ?? "?").join(", ")}]`;
    throw new RangeError(`loadOnnx: takes ${takes} to bind "${name}" to, got [${Array.from(numbers).join(", ")}]`);
  }
  return { dtype, shape: extents, data: arrayOf(dtype, numbers) };
}

/** The file's shape where the numbers fill it, else a list, or no axes for one number. */
function shapeFor(shape: ValueInfo["shape"], count: number): Shape {
  const open = shape?.filter((extent) => extent === undefined).length ?? 0;
  if (shape === undefined || open > 1) return count === 1 ? [] : [count];
  const known = sizeOf(shape.filter((extent) => extent !== undefined));
  return shape.map((extent) => extent ?? count / known);
}

function arrayOf(dtype: DType, numbers: ArrayLike<number>): Constant["data"] {
  return isInteger(dtype) || dtype === "F64" ? Float64Array.from(numbers) : Float32Array.from(numbers);
}
