/** Categories of tables: numbered anew, or as rows with a one. */
import { isInteger, type DType } from "../../dtype.ts";
import type { Constant } from "../constant.ts";
import { DATA_TYPES, tensorNumbers } from "../tensor-proto.ts";
import { input, type Fold, type FoldCall } from "./call.ts";
import { keptRank, moreAxes, type Asked, type Outcome } from "./outcome.ts";

/** `LabelEncoder` and `OneHotEncoder` of numbers. */
export const categoryFolds: readonly (readonly [string, Fold])[] = [
  ["ai.onnx.ml.LabelEncoder", (call) => {
    const x = input(call, 0);
    const keys = numbersOf(call, "keys");
    const values = numbersOf(call, "values");
    if (keys === undefined || values === undefined || keys.numbers.length !== values.numbers.length) {
      throw new RangeError("takes as many keys as values, all of them numbers, got others");
    }
    const table = new Map(Array.from(keys.numbers, (key, i) => [key, values.numbers[i]!]));
    const otherwise = values.isWhole
      ? (call.attributes.integer("default_int64") ?? -1)
      : (call.attributes.float("default_float") ?? 0);
    const dtype = values.isWhole ? "I64" : "F32";
    const data = call.budget.array(dtype, x.shape);
    for (let i = 0; i < x.data.length; i++) data[i] = table.get(x.data[i]!) ?? otherwise;
    return [{ dtype, shape: x.shape, data }];
  }],
  ["ai.onnx.ml.OneHotEncoder", (call) => {
    const x = input(call, 0);
    const categories = call.attributes.integers("cats_int64s");
    if (categories === undefined) throw new RangeError("takes categories of whole numbers, got texts");
    const shape = [...x.shape, categories.length];
    const data = call.budget.array("F32", shape);
    const places = new Map(categories.map((category, i) => [category, i]));
    for (let i = 0; i < x.data.length; i++) {
      const at = places.get(Math.trunc(x.data[i]!));
      if (at !== undefined) data[i * categories.length + at] = 1;
      else if (call.attributes.integer("zeros") === 0 && call.trial !== true) {
        throw new RangeError(`takes one of ${categories.length} categories, got ${x.data[i]!}`);
      }
    }
    return [{ dtype: "F32", shape, data }];
  }],
];

/** What is known of them beforehand. */
export const categoryOutcomes: readonly (readonly [string, Outcome])[] = [
  ["ai.onnx.ml.LabelEncoder", { ends: true, type: encodedType, rank: keptRank }],
  ["ai.onnx.ml.OneHotEncoder", { ends: true, type: () => "F32", rank: (node) => moreAxes(keptRank(node), 1) }],
];

function encodedType({ attributes }: Asked): DType {
  const tensor = attributes.tensor("values_tensor");
  const isWhole = tensor === undefined
    ? attributes.integers("values_int64s") !== undefined
    : isInteger(DATA_TYPES.get(tensor.dataType) ?? "F32");
  return isWhole ? "I64" : "F32";
}

interface Listed {
  readonly numbers: ArrayLike<number>;
  readonly isWhole: boolean;
}

function numbersOf({ attributes }: FoldCall, name: string): Listed | undefined {
  const whole = attributes.integers(`${name}_int64s`);
  if (whole !== undefined) return { numbers: whole, isWhole: true };
  const floats = attributes.floats(`${name}_floats`);
  if (floats !== undefined) return { numbers: floats, isWhole: false };
  const tensor = attributes.tensor(`${name}_tensor`);
  const constant: Constant | undefined = tensor && tensorNumbers(tensor, undefined);
  return constant && { numbers: constant.data, isWhole: constant.dtype !== "F32" && constant.dtype !== "F64" };
}
