/** Sums and products, of flows or of a flow and a constant. */
import {
  Add, clip, Concat, Divide, Multiply, pow, reciprocal, ReduceMax, sqrt, Subtract, Unsqueeze, type Activation,
} from "@relprop/layers";
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
  ["Sum", sum],
  ["Mean", (op) => scaleAndShift(op, sum(op), full([], 1 / op.inputs), undefined)],
  ["Max", (op) => extreme(op, (bound) => clip(bound, Infinity), 1)],
  ["Min", (op) => extreme(op, (bound) => clip(-Infinity, bound), -1)],
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

/** The sum of all inputs, constants last. */
function sum(op: Operation): Flow {
  const inputs = op.node.inputs.map((_, index) => op.value(index));
  const flows = inputs.filter((value) => value?.kind === "flow");
  let total = flows.length === 1 ? flows[0]! : op.emit(new Add(), ...flows);
  inputs.forEach((value, i) => {
    if (value?.kind === "known") total = scaleAndShift(op, total, undefined, op.parameter(i));
  });
  return total;
}

/** The largest of flows (times `sign`), or the larger of a flow and a single number. */
function extreme(op: Operation, make: (bound: number) => Activation, sign: 1 | -1): Flow {
  const isNumber = op.node.inputs.map((_, index) => op.value(index)?.kind === "known");
  if (op.inputs === 2 && isNumber.includes(true)) {
    const { flow, constant } = operands(op);
    if (constant?.size !== 1) throw new RangeError("takes a flow and a single constant number, got a larger constant");
    return activated(op, make(constant.data[0]!), flow);
  }
  const signed = (flow: Flow): Flow => (sign === 1 ? flow : scaleAndShift(op, flow, full([], -1), undefined));
  const rows = op.flows().map((flow) => op.emit(new Unsqueeze([1]), signed(flow)));
  if (rows.length === 1) return op.flow(0);
  return signed(op.emit(new ReduceMax({ axes: [1], keepDims: false }), op.emit(new Concat(1), ...rows)));
}
