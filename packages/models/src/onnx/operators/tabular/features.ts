/** Features of tables: scaled, completed, chosen, put together. */
import { LpNormalization, Scale } from "@relprop/layers";
import { isInteger } from "../../../dtype.ts";
import type { Operation } from "../../operation.ts";
import { known, type Flow, type Value } from "../../value.ts";
import type { Operator } from "../operator.ts";
import { applied, whole } from "../unrolled.ts";
import { filled, floats } from "./scores.ts";

/** What prepares features, and what hands probabilities on. */
export const features: readonly (readonly [string, Operator])[] = [
  ["ai.onnx.ml.ArrayFeatureExtractor", extracted],
  ["ai.onnx.ml.Binarizer", (op) => {
    const threshold = constant(op, [op.attributes.float("threshold") ?? 0], []);
    return last(op, applied(op, "Cast", applied(op, "Greater", [nameOfFloats(op, 0), threshold]), { to: 1 }));
  }],
  ["ai.onnx.ml.FeatureVectorizer", (op) => {
    const names = op.node.inputs.map((_, i) => nameOfFloats(op, i));
    return last(op, names.length === 1 ? names : applied(op, "Concat", names, { axis: 1 }));
  }],
  ["ai.onnx.ml.Imputer", imputed],
  ["ai.onnx.ml.Normalizer", (op) => {
    const norm = op.attributes.text("norm") ?? "MAX";
    if (norm === "MAX") return byLargest(op);
    if (norm !== "L1" && norm !== "L2") throw new RangeError(`takes norm MAX, L1 or L2, got ${norm}`);
    return op.emit(new LpNormalization(norm === "L1" ? 1 : 2), [floats(op, 0)]);
  }],
  ["ai.onnx.ml.Scaler", scaled],
  ["ai.onnx.ml.ZipMap", (op) => op.flow(0)],
];

function nameOfFloats(op: Operation, index: number): string {
  return op.graph.define(floats(op, index), op.node.inputs[index]!);
}

function constant(op: Operation, values: readonly number[], shape: readonly number[] = [values.length]): string {
  return op.graph.define(known({ dtype: "F32", shape, data: Float32Array.from(values) }), op.node.opType);
}

function last(op: Operation, names: readonly string[]): Value {
  return op.graph.value(names.at(-1)!);
}

/** Every row over its largest number; one whose largest is 0 stays. */
function byLargest(op: Operation): Value {
  const x = nameOfFloats(op, 0);
  const largest = applied(op, "ReduceMax", [x, whole(op, [-1])], { keepdims: 1 });
  const isZero = applied(op, "Equal", [...largest, constant(op, [0], [])]);
  const divisor = applied(op, "Where", [...isZero, constant(op, [1], []), ...largest]);
  return last(op, applied(op, "Div", [x, ...divisor]));
}

/** `(x − offset) · scale` */
function scaled(op: Operation): Flow {
  const [offset, scale] = [op.attributes.floats("offset") ?? [], op.attributes.floats("scale") ?? []];
  const bias = filled([offset.length], offset.map((value) => -value));
  const ones = filled([offset.length], new Float32Array(offset.length).fill(1));
  const moved = offset.length === 0 ? floats(op, 0) : op.emit(new Scale(ones, { bias }), [floats(op, 0)]);
  return scale.length === 0 ? moved : op.emit(new Scale(filled([scale.length], scale)), [moved]);
}

/** Values that are missing replaced by one for each feature. */
function imputed(op: Operation): Value {
  const value = op.value(0);
  const isWhole = isInteger((value?.kind === "flow" ? value.dtype : value?.constant.dtype) ?? "F32");
  const list = op.attributes.floats("imputed_value_floats");
  if (isWhole || list === undefined) {
    const integers = op.attributes.integers("imputed_value_int64s") ?? [];
    const replaced = whole(op, op.attributes.integer("replaced_value_int64") ?? 0);
    const [name = ""] = op.node.inputs;
    return last(op, applied(op, "Where", [...applied(op, "Equal", [name, replaced]), whole(op, integers), name]));
  }
  const replaced = op.attributes.float("replaced_value_float") ?? 0;
  const x = nameOfFloats(op, 0);
  const missing = Number.isNaN(replaced)
    ? applied(op, "IsNaN", [x])
    : applied(op, "Equal", [x, constant(op, [replaced], [])]);
  return last(op, applied(op, "Where", [...missing, constant(op, list), x]));
}

/** Elements of the last axis by position. */
function extracted(op: Operation): Value {
  const [x = "", indices = ""] = op.node.inputs;
  const value = op.value(0);
  const rank = value?.kind === "flow" ? value.rank : value?.constant.shape.length;
  const places = applied(op, "Reshape", [indices, whole(op, [-1])]);
  const found = applied(op, "Gather", [x, ...places], { axis: -1 });
  return last(op, rank === 1 ? applied(op, "Unsqueeze", [...found, whole(op, [0])]) : found);
}
