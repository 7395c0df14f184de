/** Sums and products, of flows or of a flow and a constant. */
import { Add, Multiply, Subtract } from "@relprop/layers";
import { full, map, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { gatingOf } from "../recognize/gating.ts";
import { logisticAsTanh, tanhAsLogistic } from "../recognize/logistic.ts";
import { recognized } from "../recognize/recognized.ts";
import type { Flow } from "../value.ts";
import { scaleAndShift } from "./affine.ts";
import { stepOf, stepsOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

/** Elementwise arithmetic. */
export const arithmetic: readonly (readonly [string, Operator])[] = [
  ["Add", (op) => {
    const { flow, constant } = operands(op);
    if (constant === undefined) return op.emit(new Add(), op.flows());
    return shifted(op, flow, constant);
  }],
  ["Sub", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined) {
      const made = op.emit(new Subtract(), op.flows());
      return stepsOf(op).logSoftmax?.(op, made) ?? made;
    }
    return constantFirst
      ? scaleAndShift(op, flow, full([], -1), constant)
      : shifted(op, flow, mapped(op, constant, (value) => -value));
  }],
  ["Mul", (op) => {
    const { flow, constant } = operands(op);
    const scaled = constant === undefined ? stepsOf(op).dynamicallyScaled?.(op) : undefined;
    return scaled ?? recognized(op, constant === undefined
      ? op.emit(new Multiply({ gating: gatingOf(op, op.flows()) }), op.flows())
      : scaleAndShift(op, flow, constant, undefined));
  }],
  ["Div", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined || constantFirst) return stepOf(op, "quotient");
    return recognized(op, scaleAndShift(op, flow, mapped(op, constant, (value) => 1 / value), undefined));
  }],
  ["Neg", (op) => scaleAndShift(op, op.flow(0), full([], -1), undefined)],
  ["Sum", sum],
  ["Mean", (op) => scaleAndShift(op, sum(op), full([], 1 / op.inputs), undefined)],
];

/** `x + shift`, which may be what makes a function of another. */
function shifted(op: Operation, x: Flow, shift: Tensor): Flow {
  const sum = scaleAndShift(op, x, undefined, shift);
  return shift.size === 1 ? (tanhAsLogistic(op, sum) ?? logisticAsTanh(op, sum) ?? sum) : sum;
}

/** A constant of its own for this node, which the file's size has to allow. */
function mapped(op: Operation, constant: Tensor, f: (value: number) => number): Tensor {
  op.graph.budget.spend(constant.data.byteLength);
  return map(constant, f);
}

/** Two inputs: the flow, and the constant if one of them is. */
export function operands(op: Operation): { flow: Flow; constant: Tensor | undefined; constantFirst: boolean } {
  if (op.inputs !== 2) throw new RangeError(`takes 2 inputs, got ${op.inputs}`);
  const constantAt = [0, 1].find((index) => op.value(index)?.kind === "known");
  if (constantAt === undefined) return { flow: op.flow(0), constant: undefined, constantFirst: false };
  return { flow: op.flow(1 - constantAt), constant: op.parameter(constantAt), constantFirst: constantAt === 0 };
}

/** The sum of all inputs, constants last. */
function sum(op: Operation): Flow {
  const inputs = op.node.inputs.map((_, index) => op.value(index));
  const flows = inputs.filter((value) => value?.kind === "flow");
  let total = flows.length === 1 ? flows[0]! : op.emit(new Add(), flows);
  inputs.forEach((value, i) => {
    if (value?.kind === "known") total = scaleAndShift(op, total, undefined, op.parameter(i));
  });
  return total;
}
