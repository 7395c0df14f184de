/** Powers, exponentials, quotients and extremes of flows. */
import {
  clip, Divide, exp, Maximum, Minimum, Multiply, pow, reciprocal, sqrt, type Activation, type Layer,
} from "@relprop/layers";
import type { Operation } from "../operation.ts";
import { gatingOf } from "../recognize/gating.ts";
import { expOverLogistic, overLogistic } from "../recognize/logistic.ts";
import { recognized } from "../recognize/recognized.ts";
import { exponentialOf } from "../recognize/softmax.ts";
import type { Flow } from "../value.ts";
import { activated } from "./activations.ts";
import { constantFlow, scaleAndShift } from "./affine.ts";
import { operands } from "./arithmetic.ts";
import { power as raised } from "./functions.ts";
import type { Operator } from "./operator.ts";

/** Elementwise functions of one or several. */
export const powers: readonly (readonly [string, Operator])[] = [
  ["Exp", (op) => exponentialOf(op, op.flow(0)) ?? activated(op, exp, op.flow(0))],
  ["Reciprocal", (op) => inverse(op, op.flow(0))],
  ["Pow", power],
  ["Max", (op) => extreme(op, (bound) => clip(bound, Infinity), new Maximum())],
  ["Min", (op) => extreme(op, (bound) => clip(-Infinity, bound), new Minimum())],
];

/** `a / b`, where b is no constant. */
export function quotient(op: Operation): Flow {
  const { flow, constant } = operands(op);
  return constant === undefined
    ? recognized(op, divided(op, op.flows() as readonly [Flow, Flow]))
    : scaleAndShift(op, inverse(op, flow), constant, undefined);
}

function divided(op: Operation, [a, b]: readonly [Flow, Flow]): Flow {
  const whole = expOverLogistic(op, a, b);
  if (whole !== undefined) return whole;
  const gate = overLogistic(op, b);
  if (gate === undefined) return op.emit(new Divide({ gating: gatingOf(op, [a, b], true) }), [a, b]);
  return op.emit(new Multiply({ gating: gatingOf(op, [a, gate]) }), [a, gate]);
}

/** `1 / x` */
function inverse(op: Operation, x: Flow): Flow {
  return overLogistic(op, x) ?? activated(op, reciprocal, x);
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
