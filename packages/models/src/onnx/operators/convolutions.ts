/** Convolutions. */
import { Conv, ConvTranspose } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { isComputed } from "./is-computed.ts";
import { stepOf, stepsOf } from "./operator-group.ts";
import type { Operator } from "./operator.ts";
import { checkKernel, windowOf, withZeros } from "./window.ts";

/** Convolutions and their transposes in one to three dimensions. */
export const convolutions: readonly (readonly [string, Operator])[] = [
  ["Conv", conv],
  ["ConvTranspose", convTranspose],
];

/** A convolution with a constant kernel. */
export function conv(op: Operation): Flow {
  if (isComputed(op, 1, 2)) return stepOf(op, "computedConvolution");
  const [x, weight, bias] = [op.flow(0), op.weight(1), op.tensor(2)];
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const { padding: own, same, stride, dilation } = windowOf(op, kernel);
  const { padding, from } = same === undefined ? withZeros(op, x, own) : { padding: own, from: x };
  const groups = op.attributes.integer("group") ?? 1;
  const layer = new Conv(weight, { bias, padding, same, stride, dilation, groups });
  return stepsOf(op).planewise?.(op, from, layer) ?? op.emit(layer, [from], { rank: weight.shape.length });
}

function convTranspose(op: Operation): Flow {
  if (isComputed(op, 1, 2)) return stepOf(op, "computedTransposed");
  const [x, weight, bias] = [op.flow(0), op.weight(1), op.tensor(2)];
  const { length: rank } = weight.shape;
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const { stride, dilation } = windowOf(op, kernel);
  const outputPadding = op.attributes.integers("output_padding") ?? kernel.map(() => 0);
  const groups = op.attributes.integer("group") ?? 1;
  const window = { kernel, stride, dilation, outputPadding };
  const options = { bias, stride, dilation, groups };
  const wanted = op.attributes.integers("output_shape");
  if (wanted === undefined) {
    return op.emit(new ConvTranspose(weight, { ...options, ...placement(op, window) }), [x], { rank });
  }
  const extents = wanted.slice(2 - rank);
  const made = (planes: readonly number[]): ConvTranspose =>
    new ConvTranspose(weight, { ...options, ...placementFor(op, window, planes, extents) });
  const planes = planesOf(op, x);
  if (planes !== undefined) return op.emit(made(planes), [x], { rank });
  return op.decide({
    kind: "ConvTranspose", role: "linear", reads: [x], shapesOf: [x], rank,
    make: ({ shapes: [shape] }) => made(shape!.slice(2)),
  });
}

/** The spatial extents of a flow, if the file decides them: rules are chosen by layers that are there. */
export function planesOf(op: Operation, x: Flow): readonly number[] | undefined {
  try {
    return op.graph.described(x, ({ shape }) => shape.slice(2).join()).shape.slice(2);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The window of a transposed convolution. */
export interface TransposedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
}

/** What is cut off, and what is laid around after. */
export interface Placement {
  readonly padding: readonly (readonly [number, number])[];
  readonly outputPadding: readonly number[];
}

/** Padding as given, or what makes the output as large as `auto_pad` says. */
export function placement(op: Operation, window: TransposedWindow): Placement {
  const { kernel, stride, outputPadding } = window;
  const { padding, same } = windowOf(op, kernel);
  // As many as strides fit: the input's extent drops out.
  if (same !== undefined) return surplusPadding(op, window, (axis) => -stride[axis]!);
  return { padding, outputPadding };
}

/** Padding that makes outputs of these extents from inputs of those. */
export function placementFor(
  op: Operation, window: TransposedWindow, planes: readonly number[], extents: readonly number[],
): Placement {
  return surplusPadding(op, window, (axis) => (planes[axis]! - 1) * window.stride[axis]! - extents[axis]!);
}

/** Padding that takes off what is too much, `without` being the surplus of a kernel without extent. */
function surplusPadding(
  op: Operation, { kernel, dilation, outputPadding }: TransposedWindow, without: (axis: number) => number,
): Placement {
  const surplus = kernel.map((extent, axis) =>
    without(axis) + (extent - 1) * (dilation[axis] ?? 1) + 1 + (outputPadding[axis] ?? 0));
  const upper = op.attributes.text("auto_pad") === "SAME_UPPER";
  return {
    padding: surplus.map((total) => {
      const half = Math.floor(Math.max(0, total) / 2);
      const rest = Math.max(0, total) - half;
      return upper ? [half, rest] : [rest, half];
    }),
    outputPadding: surplus.map((total, axis) => (outputPadding[axis] ?? 0) + Math.max(0, -total)),
  };
}
