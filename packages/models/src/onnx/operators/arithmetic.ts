/** Sums and products, of two flows or of a flow and a constant. */
import { Add } from "@relprop/layers";
import { map, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { scaleAndShift } from "./affine.ts";
import type { Operator } from "./operator.ts";

/** Elementwise arithmetic. */
export const arithmetic: readonly (readonly [string, Operator])[] = [
  ["Add", add],
  ["Sum", (op) => (op.inputs === 1 ? op.flow(0) : op.emit(new Add(), ...op.flows()))],
];

function add(op: Operation): Flow {
  const split = splitConstant(op);
  return split === undefined ? op.emit(new Add(), op.flow(0), op.flow(1)) : scaleAndShift(op, split.flow, undefined, split.constant);
}

/** The flow and the constant among two inputs, and which came first; `undefined` if both are flows. */
export function splitConstant(op: Operation): { flow: Flow; constant: Tensor; constantFirst: boolean } | undefined {
  const constantAt = [0, 1].find((index) => op.value(index)?.kind === "known");
  if (constantAt === undefined) return undefined;
  return { flow: op.flow(1 - constantAt), constant: op.parameter(constantAt), constantFirst: constantAt === 0 };
}

/** The tensor with every element replaced. */
export function mapped(tensor: Tensor, f: (value: number) => number): Tensor {
  return map(tensor, f);
}
