/** Sums and products, of flows or of a flow and a constant. */
import { Add, clip, Divide, Multiply, pow, reciprocal, sqrt, Subtract, type Activation } from "@relprop/layers";
import { full, map, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { scaleAndShift } from "./affine.ts";
import type { Operator } from "./operator.ts";
import { recognized } from "./recognize.ts";

/** Elementwise arithmetic. */
export const arithmetic: readonly (readonly [string, Operator])[] = [
  ["Add", (op) => {
    const { flow, constant } = operands(op);
    return constant === undefined ? op.emit(new Add(), ...op.flows()) : scaleAndShift(op, flow, undefined, constant);
  }],
  ["Sub", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined) return op.emit(new Subtract(), ...op.flows());
    return constantFirst
      ? scaleAndShift(op, flow, full([], -1), constant)
      : scaleAndShift(op, flow, undefined, map(constant, (value) => -value));
  }],
  ["Mul", (op) => {
    const { flow, constant } = operands(op);
    return recognized(op, constant === undefined
      ? op.emit(new Multiply(), ...op.flows())
      : scaleAndShift(op, flow, constant, undefined));
  }],
  ["Div", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined) return recognized(op, op.emit(new Divide(), ...op.flows()));
    return constantFirst
      ? scaleAndShift(op, activated(op, reciprocal, flow), constant, undefined)
      : recognized(op, scaleAndShift(op, flow, map(constant, (value) => 1 / value), undefined));
  }],
  ["Neg", (op) => scaleAndShift(op, op.flow(0), full([], -1), undefined)],
  ["Pow", power],
  ["Sum", (op) => (op.inputs === 1 ? op.flow(0) : op.emit(new Add(), ...op.flows()))],
  ["Max", (op) => bounded(op, (bound) => clip(bound, Infinity))],
  ["Min", (op) => bounded(op, (bound) => clip(-Infinity, bound))],
];

/** Two inputs: the flow, and the constant if one of them is. */
function operands(op: Operation): { flow: Flow; constant: Tensor | undefined; constantFirst: boolean } {
  const constantAt = [0, 1].find((index) => op.value(index)?.kind === "known");
  if (constantAt === undefined) return { flow: op.flow(0), constant: undefined, constantFirst: false };
  return { flow: op.flow(1 - constantAt), constant: op.parameter(constantAt), constantFirst: constantAt === 0 };
}

function power(op: Operation): Flow {
  const exponent = op.scalar(1) ?? 1;
  if (exponent === 1) return op.flow(0);
  return activated(op, exponent === 0.5 ? sqrt : exponent === -1 ? reciprocal : pow(exponent), op.flow(0));
}

/** The larger or smaller of a flow and a single number. */
function bounded(op: Operation, make: (bound: number) => Activation): Flow {
  const { flow, constant } = op.inputs === 2 ? operands(op) : { flow: op.flow(0), constant: undefined };
  if (op.inputs === 1) return flow;
  if (constant?.size !== 1) throw new RangeError("takes a flow and a single constant number, got something else");
  return activated(op, make(constant.data[0]!), flow);
}
