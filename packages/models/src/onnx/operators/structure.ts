/** Nodes that compute nothing: constants, copies, questions about shapes. */
import { shapeOf } from "../fold/make.ts";
import type { Operation } from "../operation.ts";
import { tensorNumbers } from "../tensor-proto.ts";
import { integers, type Constant } from "../constant.ts";
import { DATA_TYPES } from "../tensor-proto.ts";
import { isInteger } from "../../dtype.ts";
import { known, type Known, type Value } from "../value.ts";
import type { Operator } from "./operator.ts";

/** Constants, identities, shapes. */
export const structure: readonly (readonly [string, Operator])[] = [
  ["Constant", (op) => known(constantOf(op), op.graph.probes)],
  ["ArgMax", scores],
  ["Identity", same],
  ["Dropout", same],
  ["If", branch],
  ["Cast", (op) => {
    const dtype = DATA_TYPES.get(op.attributes.integer("to") ?? 0);
    if (dtype === undefined || isInteger(dtype)) {
      throw new RangeError("takes casts between floats, got one to another type");
    }
    return same(op);
  }],
  ["Shape", (op) => {
    const [start, end] = [op.attributes.integer("start"), op.attributes.integer("end")];
    return perProbe(op, (shape) => shapeOf(shape, start, end));
  }],
  ["Size", (op) => perProbe(op, (shape) => integers([shape.reduce((a, b) => a * b, 1)], []))],
];

/** At the end of a network, where it stands for the scores it chooses from. */
function scores(op: Operation): Value {
  const isEnd = op.graph.isOutput(op.node.outputs[0] ?? "");
  if (!isEnd) throw new RangeError("takes its place at the end of a network, got one whose choice is used");
  return op.flow(0);
}

/** One of two subgraphs, where it is known which. */
function branch(op: Operation): readonly Value[] {
  const chosen = op.constant(0)?.data[0];
  if (chosen === undefined) throw new RangeError("takes a condition that is one constant, got none");
  const graph = op.attributes.graph(chosen === 0 ? "else_branch" : "then_branch");
  if (graph === undefined) throw new RangeError("takes two branches, got none");
  op.graph.run(graph);
  return graph.outputs.map(({ name }) => op.valueNamed(name));
}

function same(op: Operation): Value {
  const value = op.value(0);
  if (value === undefined) throw new RangeError("takes an input, got none");
  return value;
}

function perProbe(op: Operation, make: (shape: readonly number[]) => Constant): Known {
  return { kind: "known", constants: op.flow(0).shapes.map(make), source: undefined };
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
