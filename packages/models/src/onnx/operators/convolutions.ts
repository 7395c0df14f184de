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
  const padding = transposedPadding(op, x, { kernel, stride, dilation, outputPadding });
  const groups = op.attributes.integer("group") ?? 1;
  return op.emit(new ConvTranspose(weight, { bias, padding, stride, dilation, groups, outputPadding }), x);
}

interface TransposedWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
}

/** As given, or what makes the output as large as `output_shape` or `auto_pad` say. */
function transposedPadding(op: Operation, x: Flow, window: TransposedWindow): readonly (readonly [number, number])[] {
  const rank = window.kernel.length;
  const wanted = op.attributes.integers("output_shape");
  const auto = op.attributes.text("auto_pad") ?? "NOTSET";
  if (wanted === undefined && !auto.startsWith("SAME")) {
    const pads = op.attributes.integers("pads") ?? new Array<number>(2 * rank).fill(0);
    if (pads.length !== 2 * rank) throw new RangeError(`takes ${2 * rank} pads, got ${pads.length}`);
    return window.kernel.map((_, axis) => [pads[axis]!, pads[axis + rank]!]);
  }
  const spatial = op.sample(x).slice(1);
  return window.kernel.map((extent, axis) => {
    const stride = window.stride[axis]!;
    const input = spatial[axis] ?? 0;
    const target = wanted?.slice(-rank)[axis] ?? input * stride;
    const full = (input - 1) * stride + (extent - 1) * window.dilation[axis]! + 1 + window.outputPadding[axis]!;
    const total = Math.max(0, full - target);
    const half = Math.floor(total / 2);
    return auto === "SAME_UPPER" ? [half, total - half] : [total - half, half];
  });
}
