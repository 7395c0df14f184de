/** Constants out of almost nothing. */
import { sizeOf } from "@relprop/tensor";
import { integers, type Constant } from "../constant.ts";
import { tensorNumbers } from "../tensor-proto.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { numberType } from "./whole.ts";

/** Shapes of constants, ranges, fills. */
export const makeFolds: readonly (readonly [string, Fold])[] = [
  ["Shape", (call) => {
    const { attributes } = call;
    return [shapeOf(input(call, 0).shape, attributes.integer("start"), attributes.integer("end"))];
  }],
  ["Size", (call) => [integers([sizeOf(input(call, 0).shape)], [])]],
  ["ConstantOfShape", constantOfShape],
  ["Range", range],
];

/** The extents of a shape as a constant, from `start` up to `end`. */
export function shapeOf(shape: readonly number[], start = 0, end: number = shape.length): Constant {
  return integers(shape.slice(start, end));
}

function constantOfShape(call: FoldCall): readonly Constant[] {
  const shape = Array.from(input(call, 0).data);
  if (!shape.every((extent) => extent >= 0)) throw new RangeError(`takes extents >= 0, got [${shape.join(", ")}]`);
  const value = call.attributes.tensor("value");
  const fill = value === undefined ? undefined : tensorNumbers(value, undefined);
  const dtype = fill === undefined ? "F32" : fill.dtype === "BOOL" ? "BOOL" : numberType(fill);
  return [{ dtype, shape, data: call.budget.array(dtype, shape).fill(fill?.data[0] ?? 0) }];
}

function range(call: FoldCall): readonly Constant[] {
  const [start, limit, delta] = [0, 1, 2].map((i) => input(call, i).data[0] ?? NaN) as [number, number, number];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isSafeInteger(count)) {
    throw new RangeError(`takes a range that ends, got ${start} to ${limit} by ${delta}`);
  }
  const dtype = numberType(input(call, 0));
  const data = call.budget.array(dtype, [count]);
  for (let i = 0; i < count; i++) data[i] = start + i * delta;
  return [{ dtype, shape: [count], data }];
}
