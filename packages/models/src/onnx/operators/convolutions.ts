/** Convolutions. */
import { Conv, ConvTranspose } from "@relprop/layers";
import type { Operation } from "../operation.ts";
import type { Flow } from "../value.ts";
import type { Operator } from "./operator.ts";
import { checkKernel, windowOf, withZeros } from "./window.ts";

/** Convolutions and their transposes in one to three dimensions. */
export const convolutions: readonly (readonly [string, Operator])[] = [
  ["Conv", conv],
  ["ConvTranspose", convTranspose],
];

function conv(op: Operation): Flow {
  const [x, weight, bias] = [op.flow(0), op.parameter(1), op.tensor(2)];
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const { padding: own, stride, dilation } = windowOf(op, x, kernel);
  const { padding, from } = withZeros(op, x, own);
  const groups = op.attributes.integer("group") ?? 1;
  return op.emit(new Conv(weight, { bias, padding, stride, dilation, groups }), from);
}

function convTranspose(op: Operation): Flow {
  const [x, weight, bias] = [op.flow(0), op.parameter(1), op.tensor(2)];
  const kernel = weight.shape.slice(2);
  checkKernel(op, kernel);
  const rank = kernel.length;
  const stride = op.attributes.integers("strides") ?? new Array<number>(rank).fill(1);
  const dilation = op.attributes.integers("dilations") ?? new Array<number>(rank).fill(1);
  const outputPadding = op.attributes.integers("output_padding") ?? new Array<number>(rank).fill(0);
  const groups = op.attributes.integer("group") ?? 1;
  const placed = placement(op, x, { kernel, stride, dilation, outputPadding });
  return op.emit(new ConvTranspose(weight, { bias, stride, dilation, groups, ...placed }), x);
}

interface TransposedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
}

/** Padding as given, or what makes the output as large as `output_shape` or `auto_pad` say. */
function placement(
  op: Operation, x: Flow, { kernel, stride, dilation, outputPadding }: TransposedWindow,
): { padding: readonly (readonly [number, number])[]; outputPadding: readonly number[] } {
  const rank = kernel.length;
  const wanted = op.attributes.integers("output_shape");
  const auto = op.attributes.text("auto_pad") ?? "NOTSET";
  if (wanted === undefined && !auto.startsWith("SAME")) {
    const pads = op.attributes.integers("pads") ?? new Array<number>(2 * rank).fill(0);
    if (pads.length !== 2 * rank) throw new RangeError(`takes ${2 * rank} pads, got ${pads.length}`);
    return { padding: kernel.map((_, axis) => [pads[axis]!, pads[axis + rank]!]), outputPadding };
  }
  const [, ...spatial] = op.sample(x);
  const surplus = kernel.map((extent, axis) => {
    const [input, step] = [spatial[axis] ?? 0, stride[axis] ?? 1];
    const target = wanted?.slice(-rank)[axis] ?? input * step;
    return (input - 1) * step + (extent - 1) * (dilation[axis] ?? 1) + 1 + (outputPadding[axis] ?? 0) - target;
  });
  return {
    padding: surplus.map((total) => {
      const half = Math.floor(Math.max(0, total) / 2);
      const rest = Math.max(0, total) - half;
      return auto === "SAME_UPPER" ? [half, rest] : [rest, half];
    }),
    outputPadding: surplus.map((total, axis) => (outputPadding[axis] ?? 0) + Math.max(0, -total)),
  };
}
