/** Convolutions. */
import { Conv, ConvTranspose } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import { isComputed } from "./is-computed.ts";
import { stepOf } from "./operator-group.ts";
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
  return op.emit(new Conv(weight, { bias, padding, same, stride, dilation, groups }), [from], {
    rank: weight.shape.length,
  });
}

function convTranspose(op: Operation): Flow {
  if (isComputed(op, 1, 2)) return stepOf(op, "computedTransposed");
  const [x, weight, bias] = [op.flow(0), op.weight(1), op.tensor(2)];
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const rank = kernel.length;
  const stride = op.attributes.integers("strides") ?? new Array<number>(rank).fill(1);
  const dilation = op.attributes.integers("dilations") ?? new Array<number>(rank).fill(1);
  const outputPadding = op.attributes.integers("output_padding") ?? new Array<number>(rank).fill(0);
  const groups = op.attributes.integer("group") ?? 1;
  const window = { kernel, stride, dilation, outputPadding };
  const options = { bias, stride, dilation, groups };
  const wanted = op.attributes.integers("output_shape");
  if (wanted === undefined) {
    return op.emit(new ConvTranspose(weight, { ...options, ...placement(op, window) }), [x], {
      rank: weight.shape.length,
    });
  }
  return op.decide({
    kind: "ConvTranspose", role: "linear", reads: [x], shapesOf: [x], rank: weight.shape.length,
    make: ({ shapes: [shape] }) => {
      const extents = wanted.slice(-rank);
      return new ConvTranspose(weight, { ...options, ...surplusPadding(op, window, (axis) =>
        (shape![axis + 2]! - 1) * stride[axis]! - extents[axis]!) });
    },
  });
}

/** Strides, dilations and what is cut off or laid around, where a transposed convolution's kernel has these extents. */
export function transposedWindow(
  op: Operation, kernel: readonly number[],
): Omit<TransposedWindow, "kernel"> & Placement {
  const { stride, dilation } = windowOf(op, kernel);
  const outputPadding = op.attributes.integers("output_padding") ?? kernel.map(() => 0);
  return { stride, dilation, ...placement(op, { kernel, stride, dilation, outputPadding }) };
}

interface TransposedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
}

interface Placement {
  readonly padding: readonly (readonly [number, number])[];
  readonly outputPadding: readonly number[];
}

/** Padding as given, or what makes the output as large as `auto_pad` says. */
function placement(op: Operation, window: TransposedWindow): Placement {
  const { kernel, stride, outputPadding } = window;
  const rank = kernel.length;
  const auto = op.attributes.text("auto_pad") ?? "NOTSET";
  // As many as strides fit: the input's extent drops out.
  if (auto.startsWith("SAME")) return surplusPadding(op, window, (axis) => -stride[axis]!);
  const pads = op.attributes.integers("pads") ?? new Array<number>(2 * rank).fill(0);
  if (pads.length !== 2 * rank) throw new RangeError(`takes ${2 * rank} pads, got ${pads.length}`);
  return { padding: kernel.map((_, axis) => [pads[axis]!, pads[axis + rank]!]), outputPadding };
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
