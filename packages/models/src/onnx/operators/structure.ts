/** Nodes that compute nothing: constants, copies, choices. */
import { isInteger } from "../../dtype.ts";
import { integers, type Constant } from "../constant.ts";
import { castType } from "../fold/elementwise.ts";
import type { Operation } from "../operation.ts";
import { denseNumbers } from "../sparse-tensor.ts";
import { tensorNumbers } from "../tensor-proto.ts";
import { known, type Value } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Constants, identities, casts. */
export const structure: readonly (readonly [string, Operator])[] = [
  ["Constant", (op) => known(constantOf(op))],
  ["Identity", same],
  ["Dropout", (op) => {
    const training = op.value(2);
    const drops = op.version >= 12 ? (op.scalar(1) ?? 0.5) : (op.attributes.float("ratio") ?? 0.5);
    const isOff = drops === 0 || training === undefined ||
      (training.kind === "known" && training.constant.data[0] === 0);
    if (!isOff) throw new RangeError("takes the inference form, got training_mode");
    return same(op);
  }],
  ["Cast", (op) => {
    if (isInteger(castType(op.attributes.type("to")))) {
      throw new RangeError("takes casts between floats, got one to another type");
    }
    return same(op);
  }],
];

function same(op: Operation): Value {
  const value = op.value(0);
  if (value === undefined) throw new RangeError("takes an input, got none");
  return value;
}

function constantOf({ attributes, graph }: Operation): Constant {
  const tensor = attributes.tensor("value");
  if (tensor !== undefined) return tensorNumbers(tensor, undefined);
  const sparse = attributes.sparse("sparse_value");
  if (sparse !== undefined) return denseNumbers(sparse, undefined, graph.budget);
  const float = attributes.float("value_float");
  if (float !== undefined) return { dtype: "F32", shape: [], data: Float32Array.of(float) };
  const floats = attributes.floats("value_floats");
  if (floats !== undefined) return { dtype: "F32", shape: [floats.length], data: Float32Array.from(floats) };
  const integer = attributes.integer("value_int");
  if (integer !== undefined) return integers([integer], []);
  const list = attributes.integers("value_ints");
  if (list !== undefined) return integers(list);
  throw new RangeError("takes a tensor or numbers as its value, got something else");
}
