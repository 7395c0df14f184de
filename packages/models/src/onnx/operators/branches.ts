/** Branches and optional values. */
import { Identity, valueAt, type Operator as LayerOperator } from "@relprop/layers";
import { constantTensor, type Constant } from "../constant.ts";
import type { Operation } from "../operation.ts";
import { known, type Flow, type Value } from "../value.ts";
import { constantFlow } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** `If`, and values that may not be there. */
export const branches: readonly (readonly [string, Operator])[] = [
  ["If", branch],
  ["Optional", (op) => (op.inputs === 0 ? { kind: "absent" } : any(op, 0))],
  ["OptionalGetElement", (op) => any(op, 0)],
  ["OptionalHasElement", (op) => {
    const isThere = (op.node.inputs[0] ?? "") !== "" && any(op, 0).kind !== "absent";
    const truth: Constant = { dtype: "BOOL", shape: [], data: Uint8Array.of(Number(isThere)) };
    return known(truth);
  }],
];

/** A value of any kind; throws where it cannot be had. */
export function any(op: Operation, index: number): Value {
  const value = op.graph.value(op.node.inputs[index] ?? "");
  if (value.kind === "refused") throw value.error;
  return value;
}

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
    return op.graph.enter(chosen, []).map((name) => op.graph.value(name));
  }
  const values = [otherwise, then].map((graph) => op.graph.enter(graph, []).map((name) => op.valueNamed(name)));
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

function asFlow(op: Operation, value: Exclude<Value, { kind: "refused" | "sequence" | "absent" }>): Flow {
  return value.kind === "flow" ? value : constantFlow(op, constantTensor(value.constant));
}
