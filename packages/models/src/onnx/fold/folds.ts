/** How operators on values that are all known treat what they are given. */
import type { Reading } from "./call.ts";

/** Operators whose floats carry no relevance either: what they make of values are tables and scales. */
export const ENDING: ReadonlySet<string> = new Set([
  "DynamicQuantizeLinear", "EyeLike", "MelWeightMatrix", "OneHot", "Range", "ai.onnx.ml.LabelEncoder",
  "ai.onnx.ml.OneHotEncoder",
]);

/** Operators that read no numbers, or hand them on as they are. */
export const UNREAD: ReadonlySet<string> = new Set([
  "Flatten", "Identity", "Reshape", "Shape", "Size", "Squeeze", "Unsqueeze",
]);

/** How an operator treats the numbers it is given. */
export function readingOf(opType: string): Reading {
  const readsNumbers = !UNREAD.has(opType);
  return { readsNumbers, takesEncoded: !readsNumbers || ENCODED.has(opType) };
}

/** Operators besides those that take encoded floats as they are. */
const ENCODED: ReadonlySet<string> = new Set(["Cast", "CastLike", "DequantizeLinear", "Transpose"]);

/** Operators that leave their results empty where only shapes are asked for, and look at no more than a few numbers. */
export const SHAPED: ReadonlySet<string> = new Set([
  "Abs", "Add", "And", "Cast", "CastLike", "Ceil", "Clip", "ConvInteger", "DequantizeLinear", "Div", "Equal", "Floor",
  "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "MatMul", "MatMulInteger", "Max", "Min", "Mod",
  "Mul", "Neg", "Not", "Or", "Pow", "QLinearConv", "QLinearMatMul", "QuantizeLinear", "ReduceMax", "ReduceMean",
  "ReduceMin", "ReduceProd", "ReduceSum", "Relu", "Round", "Sign", "Sqrt", "Sub", "Sum", "Where", "Xor",
]);

/** Inputs whose values decide the shape of what an operator makes. */
export const DECISIVE: ReadonlyMap<string, readonly number[]> = new Map([
  ["BlackmanWindow", [0]],
  ["ConstantOfShape", [0]],
  ["HammingWindow", [0]],
  ["HannWindow", [0]],
  ["MelWeightMatrix", [0, 1, 2, 3, 4]],
  ["NonMaxSuppression", [0, 1, 2, 3, 4]],
  ["Expand", [1]],
  ["OneHot", [1]],
  ["Pad", [1, 3]],
  ["Range", [0, 1, 2]],
  ["Reshape", [1]],
  ["Slice", [1, 2, 3, 4]],
  ["Split", [1]],
  ["Squeeze", [1]],
  ["Tile", [1]],
  ["TopK", [1]],
  ["Unsqueeze", [1]],
  ["NonZero", [0]],
  ["Unique", [0]],
  ["Compress", [0, 1]],
  ["ReduceL1", [1]],
  ["ReduceL2", [1]],
  ["ReduceLogSum", [1]],
  ["ReduceLogSumExp", [1]],
  ["ReduceMax", [1]],
  ["ReduceMean", [1]],
  ["ReduceMin", [1]],
  ["ReduceProd", [1]],
  ["ReduceSum", [1]],
  ["ReduceSumSquare", [1]],
]);
