/** Nodes that compute nothing: constants, copies, choices. */
import { Identity, valueAt, type Operator as LayerOperator } from "@relprop/layers";
import { isInteger } from "../../dtype.ts";
import { constantTensor, integers, type Constant } from "../constant.ts";
import type { Operation } from "../operation.ts";
import { DATA_TYPES, tensorNumbers } from "../tensor-proto.ts";
import { known, type Flow, type Value } from "../value.ts";
import { constantFlow } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** Constants, identities, branches. */
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
  ["If", branch],
  ["Cast", (op) => {
    const dtype = DATA_TYPES.get(op.attributes.integer("to") ?? 0);
    if (dtype === undefined || isInteger(dtype)) {
      throw new RangeError("takes casts between floats, got one to another type");
    }
    return same(op);
  }],
];

/** One of two subgraphs, as a condition says: now if it is a constant, else when shapes or values decide it. */
function branch(op: Operation): readonly Value[] {
  const condition = op.value(0);
  const graphs = ["else_branch", "then_branch"].map((name) => op.attributes.graph(name));
  const [otherwise, then] = graphs;
  if (condition === undefined || otherwise === undefined || then === undefined) {
    throw new RangeError("takes a condition and two branches");
  }
  if (condition.kind === "known") {
    const chosen = condition.constant.data[0] === 0 ? otherwise : then;
    op.graph.run(chosen);
    return chosen.outputs.map(({ name }) => op.valueNamed(name));
  }
  const values = [otherwise, then].map((graph) => {
    op.graph.run(graph);
    return graph.outputs.map(({ name }) => op.valueNamed(name));
  });
  return op.node.outputs.map((_, i): Value => {
    const options = values.map((outputs) => asFlow(op, outputs[i]!));
    const choice: LayerOperator = {
      kind: "If",
      role: "route",
      lower: (inputs) => {
        const at = valueAt(inputs, 0).data[0] === 0 ? 1 : 2;
        const chosen = inputs[at]!;
        if (chosen.value !== undefined) return { value: chosen.value };
        if (chosen.type === "float") return { layer: new Identity(), reads: [at] };
        return { type: chosen.type, shape: chosen.shape, compute: (actual) => actual[at]! };
      },
    };
    const ranks = options.map(({ rank }) => rank);
    const flow = op.emit(choice, [condition, ...options], {
      rank: ranks[0] === ranks[1] ? ranks[0] : undefined, dtype: options[0]!.dtype,
    });
    const inert = options.every((option) => option.inert);
    return { ...flow, inert, step: { ...flow.step!, inert } };
  });
}

function asFlow(op: Operation, value: Exclude<Value, { kind: "refused" }>): Flow {
  return value.kind === "flow" ? value : constantFlow(op, constantTensor(value.constant));
}

function same(op: Operation): Value {
  const value = op.value(0);
  if (value === undefined) throw new RangeError("takes an input, got none");
  return value;
}

function constantOf({ attributes }: Operation): Constant {
  const tensor = attributes.tensor("value");
  if (tensor !== undefined) return tensorNumbers(tensor, undefined);
  const float = attributes.float("value_float");
  if (float !== undefined) return { dtype: "F32", shape: [], data: Float32Array.of(float) };
  const floats = attributes.floats("value_floats");
  if (floats !== undefined) return { dtype: "F32", shape: [floats.length], data: Float32Array.from(floats) };
  const integer = attributes.integer("value_int");
  if (integer !== undefined) return integers([integer], []);
  const list = attributes.integers("value_ints");
  if (list !== undefined) return integers(list);
  throw new RangeError("takes a dense tensor or numbers as its value, got something else");
}
