/** Sums and products, of flows or of a flow and a constant. */
import {
  Add, clip, Divide, exp, Maximum, Minimum, Multiply, pow, reciprocal, sqrt, Subtract, type Activation, type Layer,
} from "@relprop/layers";
import { full, map, type Tensor } from "@relprop/tensor";
import type { Operation } from "../operation.ts";
import { dynamicallyScaled } from "../recognize/dynamic-scale.ts";
import { gatingOf } from "../recognize/gating.ts";
import { expOverLogistic, logisticAsTanh, overLogistic, tanhAsLogistic } from "../recognize/logistic.ts";
import { recognized } from "../recognize/recognized.ts";
import { exponentialOf } from "../recognize/softmax.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { constantFlow, scaleAndShift } from "./affine.ts";
import type { Operator } from "./operator.ts";
import { power as raised } from "./functions.ts";

/** Elementwise arithmetic. */
export const arithmetic: readonly (readonly [string, Operator])[] = [
  ["Exp", (op) => exponentialOf(op, op.flow(0)) ?? activated(op, exp, op.flow(0))],
  ["Reciprocal", (op) => inverse(op, op.flow(0))],
  ["Add", (op) => {
    const { flow, constant } = operands(op);
    if (constant === undefined) return op.emit(new Add(), op.flows());
    return shifted(op, flow, constant);
  }],
  ["Sub", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined) return op.emit(new Subtract(), op.flows());
    return constantFirst
      ? scaleAndShift(op, flow, full([], -1), constant)
      : shifted(op, flow, mapped(op, constant, (value) => -value));
  }],
  ["Mul", (op) => {
    const { flow, constant } = operands(op);
    const scaled = constant === undefined ? dynamicallyScaled(op) : undefined;
    return scaled ?? recognized(op, constant === undefined
      ? op.emit(new Multiply({ gating: gatingOf(op.flows()) }), op.flows())
      : scaleAndShift(op, flow, constant, undefined));
  }],
  ["Div", (op) => {
    const { flow, constant, constantFirst } = operands(op);
    if (constant === undefined) {
      return recognized(op, divided(op, op.flows() as readonly [Flow, Flow]));
    }
    return constantFirst
      ? scaleAndShift(op, inverse(op, flow), constant, undefined)
      : recognized(op, scaleAndShift(op, flow, mapped(op, constant, (value) => 1 / value), undefined));
  }],
  ["Neg", (op) => scaleAndShift(op, op.flow(0), full([], -1), undefined)],
  ["Pow", power],
  ["Sum", sum],
  ["Mean", (op) => scaleAndShift(op, sum(op), full([], 1 / op.inputs), undefined)],
  ["Max", (op) => extreme(op, (bound) => clip(bound, Infinity), new Maximum())],
  ["Min", (op) => extreme(op, (bound) => clip(-Infinity, bound), new Minimum())],
];

/** `x + shift`, which may be what makes a function of another. */
function shifted(op: Operation, x: Flow, shift: Tensor): Flow {
  const sum = scaleAndShift(op, x, undefined, shift);
  return shift.size === 1 ? (tanhAsLogistic(op, sum) ?? logisticAsTanh(op, sum) ?? sum) : sum;
}

function divided(op: Operation, [a, b]: readonly [Flow, Flow]): Flow {
  const whole = expOverLogistic(op, a, b);
  if (whole !== undefined) return whole;
  const gate = overLogistic(op, b);
  if (gate === undefined) return op.emit(new Divide({ gating: gatingOf([a, b], true) }), [a, b]);
  return op.emit(new Multiply({ gating: gatingOf([a, gate]) }), [a, gate]);
}

/** `1 / x` */
function inverse(op: Operation, x: Flow): Flow {
  return overLogistic(op, x) ?? activated(op, reciprocal, x);
}

/** A constant of its own for this node, which the file's size has to allow. */
function mapped(op: Operation, constant: Tensor, f: (value: number) => number): Tensor {
  op.graph.budget.spend(constant.data.byteLength);
  return map(constant, f);
}

/** Two inputs: the flow, and the constant if one of them is. */
function operands(op: Operation): { flow: Flow; constant: Tensor | undefined; constantFirst: boolean } {
  if (op.inputs !== 2) throw new RangeError(`takes 2 inputs, got ${op.inputs}`);
  const constantAt = [0, 1].find((index) => op.value(index)?.kind === "known");
  if (constantAt === undefined) return { flow: op.flow(0), constant: undefined, constantFirst: false };
  return { flow: op.flow(1 - constantAt), constant: op.parameter(constantAt), constantFirst: constantAt === 0 };
}

function power(op: Operation): Flow {
  const given = op.value(1);
  const rank = given?.kind === "known" ? given.constant.shape.length : given?.rank;
  const raises = rank !== undefined && rank > (op.value(0) as Flow).rank!;
  const isNumber = given?.kind === "known" && given.constant.data.length === 1;
  if (!isNumber || raises || op.value(0)?.kind !== "flow") return raised(op);
  const exponent = op.scalar(1)!;
  if (exponent === 1) return op.flow(0);
  if (exponent === -1) return inverse(op, op.flow(0));
  return activated(op, exponent === 0.5 ? sqrt : pow(exponent), op.flow(0));
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

/** The largest or smallest of flows and constants; against a single number it is a bound. */
function extreme(op: Operation, make: (bound: number) => Activation, layer: Layer): Flow {
  const values = op.node.inputs.map((_, index) => op.value(index));
  if (op.inputs === 2 && values.some((value) => value?.kind === "known")) {
    const { flow, constant } = operands(op);
    if (constant?.size === 1 && constant.shape.length <= (flow.rank ?? 0)) {
      return activated(op, make(constant.data[0]!), flow);
    }
  }
  if (op.inputs === 1) return op.flow(0);
  return op.emit(layer, values.map((value, i) =>
    (value?.kind === "known" ? constantFlow(op, op.parameter(i)) : op.flow(i))));
}
