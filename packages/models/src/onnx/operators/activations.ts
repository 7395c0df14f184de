/** Functions of one number. */
import {
  ActivationLayer, clip, elu, Flatten, hardSigmoid, hardSwish, leakyRelu, LogSoftmax, PRelu, relu, relu6, Reshape, selu,
  sigmoid, Softmax, tanh, type Activation,
} from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { align } from "./affine.ts";
import { isComputed } from "./is-computed.ts";
import { stepOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";

const PLAIN: Readonly<Record<string, (operation: Operation) => Activation>> = {
  Elu: ({ attributes }) => elu(attributes.float("alpha") ?? 1),
  HardSigmoid: ({ attributes }) => hardSigmoid(attributes.float("alpha") ?? 0.2, attributes.float("beta") ?? 0.5),
  HardSwish: () => hardSwish,
  LeakyRelu: ({ attributes }) => leakyRelu(attributes.float("alpha") ?? 0.01),
  Relu: () => relu,
  // Before operator set 6 the constants had five digits.
  Selu: ({ attributes, version }) => selu(
    attributes.float("alpha") ?? (version < 6 ? 1.6732 : 1.67326319),
    attributes.float("gamma") ?? (version < 6 ? 1.0507 : 1.05070102),
  ),
  Sigmoid: () => sigmoid,
  Tanh: () => tanh,
};

/** Activations of convolutional networks, softmax included. */
export const activations: readonly (readonly [string, Operator])[] = [
  ...plainActivations(PLAIN),
  ["Clip", clipped],
  ["PRelu", (op) => {
    if (isComputed(op, 1)) return stepOf(op, "computedActivation");
    const given = op.parameter(1);
    // Before operator set 7, slopes were those of channels.
    const isPerChannel = op.version < 7 && given.shape.length === 1 && given.size > 1;
    const ones = new Array<number>(isPerChannel ? op.rank(op.flow(0)) - 2 : 0).fill(1);
    const aligned = align(op.flow(0).rank, given.reshape([...given.shape, ...ones]));
    if (aligned === undefined) return stepOf(op, "computedActivation");
    const { weight, axis } = aligned;
    return op.emit(new PRelu(weight, { axis }), [op.flow(0)]);
  }],
  ["Softmax", (op) => normalized(op, (axis) => new Softmax(axis))],
  ["LogSoftmax", (op) => normalized(op, (axis) => new LogSoftmax(axis))],
];

/** Operators that are activations and nothing else. */
export function plainActivations(
  made: Readonly<Record<string, (operation: Operation) => Activation>>,
): readonly (readonly [string, Operator])[] {
  return Object.entries(made).map(([name, make]) => [name, (op) => activated(op, make(op), op.flow(0))]);
}

/** An activation as a layer of its own. */
export function activated(op: Operation, activation: Activation, flow: Flow): Flow {
  return op.emit(new ActivationLayer(activation), [flow]);
}

/** What `Clip` computes: `relu` and `relu6` are called by their names. */
export function clipActivation(min: number, max: number): Activation {
  if (min === 0 && max === Infinity) return relu;
  return min === 0 && max === 6 ? relu6 : clip(min, max);
}

/** The bounds of a `Clip`, from attributes or inputs; what exporters write for "none" is infinite. */
export function clipBounds(op: Operation): readonly [min: number, max: number] {
  const min = op.scalar(1) ?? op.attributes.float("min") ?? -Infinity;
  const max = op.scalar(2) ?? op.attributes.float("max") ?? Infinity;
  const largest = 3.4028234663852886e38;
  return [min <= -largest ? -Infinity : min, max >= largest ? Infinity : max];
}

function clipped(op: Operation): Flow {
  if (isComputed(op, 1, 2)) return stepOf(op, "computedActivation");
  return activated(op, clipActivation(...clipBounds(op)), op.flow(0));
}

/** Before operator set 13, softmax runs over all axes from `axis` on as if they were one. */
function normalized(op: Operation, make: (axis: number) => Softmax | LogSoftmax): Flow {
  const x = op.flow(0);
  const axis = op.attributes.integer("axis") ?? (op.version < 13 ? 1 : -1);
  if (op.version >= 13 || axis === -1 || axis + 1 === x.rank) return op.emit(make(axis), [x]);
  const rank = axis < 0 ? x.rank && x.rank + axis + 1 : axis + 1;
  const joined = op.emit(new Flatten({ startAxis: axis }), [x], { rank });
  const y = op.emit(make(-1), [joined]);
  return op.decide({
    kind: "Reshape", role: "route", keepsSign: true, rearranges: true, reads: [y], shapesOf: [x], rank: x.rank,
    make: ({ shapes: [shape] }) => new Reshape(shape!, { from: 0 }),
  });
}
